import type { Evidence } from "@oncall/incidents";
import { code, link, literal, sections } from "./mrkdwn.ts";
import type { Rendered } from "./rendered.ts";

/** Everything that was asked in one investigation, for whoever wants to check an answer. */
export function renderEvidence(evidence: readonly Evidence[]): Rendered {
  const lines = evidence.map(({ id, tool, state, summary, link: url }) => {
    const outcome = state === "ok" ? "" : ` _(${state.replace("_", " ")})_`;
    return `• ${code(id)} ${code(tool)}${outcome}: ${literal(summary)}${url === null ? "" : ` ${link(url, "open")}`}`;
  });
  const text =
    lines.length === 0 ? "Nothing was recorded for this investigation." : `*Evidence*\n${lines.join("\n")}`;
  return { text, blocks: sections([text]) };
}
