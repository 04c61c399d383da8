import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import { analyzers } from "./analyzers/index.ts";
import type { EvidenceSet, ToolName } from "./evidence.ts";
import { wouldExplain } from "./explain-away.ts";
import type { Graph } from "./graph.ts";

/** Where each fault would show; of what an analyzer needs, the first is what it finds things in. */
const shownBy = new Map<FindingCode, ToolName[]>();
for (const { codes, needs } of analyzers) {
  for (const code of codes) shownBy.set(code, [...(shownBy.get(code) ?? []), ...needs.slice(0, 1)]);
}

/**
 * The tools that were not read although they alone would show what explains the finding away: what was found may be an
 * effect of what was not seen. Empty for a finding that nothing explains, such as a kill for memory, whatever is missing.
 */
export function unseenBehind(finding: Finding, evidence: EvidenceSet, graph: Graph): readonly ToolName[] {
  const unseen = wouldExplain(finding, graph).flatMap(({ code, subject }) => {
    const tools = (shownBy.get(code) ?? []).filter((tool) => isAsked(tool, subject, finding, graph));
    return tools.some((tool) => wasRead(tool, subject, evidence, graph)) ? [] : tools;
  });
  return [...new Set(unseen)].sort();
}

/** Whether the tool can tell of the node at all. What is inside a dependency is looked into only when it is unwell. */
function isAsked(tool: ToolName, node: string, { subject }: Finding, graph: Graph): boolean {
  const about = graph.nodes.get(node);
  switch (tool) {
    case "query_logs":
      return true;
    case "check_aws_health":
      return about?.onAws === true;
    case "check_dependency_health":
      return node !== graph.root;
    default:
      return node === subject && about?.known === true;
  }
}

/** A node's state is a row of its own; of all else its callers may tell as well as it itself. */
function wasRead(tool: ToolName, node: string, evidence: EvidenceSet, graph: Graph): boolean {
  if (tool === "check_dependency_health") {
    const rows = evidence.of(tool).flatMap(({ data }) => data.dependencies);
    return rows.some(({ name, state }) => name === node && state !== "unknown");
  }
  return evidence.all.some(
    (one) => one.tool === tool && (one.subject === node || graph.dependenciesOf(one.subject).includes(node)),
  );
}
