import type { TurnMetadata } from "@oncall/incidents";
import { code, footer, literal, sections } from "./mrkdwn.ts";
import { type Rendered, rendered } from "./rendered.ts";

/** The answer to a question in a thread. Its Markdown comes from models and tools: emphasis, code and lists live, nothing else. */
export function renderAnswer(text: string, metadata: TurnMetadata): Rendered {
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.split("\n").map(line).join("\n").trim())
    .filter((paragraph) => paragraph !== "");
  const { model, query_time, tokens_used, cost_usd, tools_called } = metadata;
  const end = [
    model === null ? "no model was asked" : literal(model),
    tools_called.length === 0 ? "" : tools_called.map(literal).join(", "),
    tokens_used === 0
      ? ""
      : `${tokens_used.toLocaleString("en-US")} tokens${cost_usd === null ? "" : `, $${cost_usd.toFixed(4)}`}`,
    query_time,
  ]
    .filter((part) => part !== "")
    .join(" · ");
  return rendered(paragraphs, sections(paragraphs), footer(end), end);
}

function line(text: string): string {
  return text
    .replace(/^\s{0,20}[-*] /, "• ")
    .replace(/^#{1,6} (.*)$/, "**$1**")
    .split(/(`[^`]{1,1000}`|\*\*[^*]{1,1000}\*\*|\bev_[a-z0-9]{12}\b)/)
    .map((part, i) => {
      if (i % 2 === 0) return literal(part);
      if (part.startsWith("**")) return `*${literal(part.slice(2, -2))}*`;
      return code(part.replace(/^`|`$/g, ""));
    })
    .join("");
}
