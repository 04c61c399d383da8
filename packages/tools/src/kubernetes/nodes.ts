import type { Condition, Node } from "@oncall/backends";
import type { Static } from "typebox";
import type { NodeTrouble } from "../read/outputs.ts";

/** Set by Kubernetes itself for what the conditions and the cordon say already. */
const IMPLIED_TAINT =
  /^node\.kubernetes\.io\/(?:not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable|unschedulable)$/;

/** What is wrong with a node; null when nothing is. */
export function nodeTrouble({ metadata, spec, status }: Node): Static<typeof NodeTrouble> | null {
  const problems = (status?.conditions ?? []).flatMap((condition) => problemOf(condition));
  if (spec?.unschedulable === true) problems.push("cordoned: no new pods are scheduled");
  for (const { key, effect } of spec?.taints ?? []) {
    if (!IMPLIED_TAINT.test(key)) problems.push(`taint ${key}${effect === undefined ? "" : `:${effect}`}`);
  }
  return problems.length === 0 ? null : { name: metadata.name, problems };
}

function problemOf({ type, status, reason, message, lastTransitionTime }: Condition): string[] {
  // `Ready` is well when True, every other condition of a node when False.
  const isWell = type === "Ready" ? status === "True" : status !== "True";
  if (isWell) return [];
  const name = type === "Ready" ? "NotReady" : type;
  const since = lastTransitionTime === undefined ? "" : ` since ${lastTransitionTime}`;
  return [
    `${name}${since}: ${[reason, message?.slice(0, 200)].filter(Boolean).join(", ") || "no reason given"}`,
  ];
}
