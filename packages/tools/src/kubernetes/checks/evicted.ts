import { containersOf } from "./containers.ts";
import type { Check } from "./finding.ts";
import { text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { quote } from "./words.ts";

const RECENT_MS = 6 * 60 * 60_000;

/** Pods their node threw out: for a limit of their own, or for pressure on the node. */
export const evicted: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (text(pod.raw, "status", "reason") !== "Evicted") return [];
    const event = cluster.eventsOf(pod).find(({ reason }) => reason === "Evicted");
    const at =
      event?.last ??
      containersOf(pod)
        .map(({ ended }) => ended?.finishedAt)
        .find((end) => end !== undefined) ??
      time(pod.raw, "status", "startTime");
    if (at !== undefined && cluster.now - at > RECENT_MS) return [];
    const message = text(pod.raw, "status", "message") || (event?.message ?? "");
    const node = cluster.find("Node", "", text(pod.raw, "spec", "nodeName"));
    const byNode = /node (was low|had condition)|pressure/i.test(message);
    return [
      {
        code: "k8s.evicted" as const,
        severity: "critical" as const,
        confidence: 0.9,
        at: pod,
        since: at,
        summary: `Pod ${pod.name} was evicted from ${node ? `node ${node.name}` : "its node"}${message === "" ? "; no reason is given." : `: ${quote(message)}`}`,
        evidence: [pointer(pod, "status", "reason")],
        ...(byNode && node ? { causes: [node] } : {}),
      },
    ];
  },
};
