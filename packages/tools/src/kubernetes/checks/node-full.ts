import type { Check } from "./finding.ts";
import { scalar, text } from "./raw.ts";
import { pointer } from "./resource.ts";

const NEARLY = 0.95;
const ENDED = new Set(["Succeeded", "Failed"]);

/** Nodes that hold as many pods as their kubelet allows: no further pod fits, whatever CPU and memory are left. */
export const nodeFull: Check = {
  kinds: ["Node"],
  check(object, cluster) {
    const room = Number(scalar(object.raw, "status", "allocatable", "pods"));
    const held = cluster
      .onNode(object.name)
      .filter(({ raw }) => !ENDED.has(text(raw, "status", "phase"))).length;
    if (!(room > 0) || held < NEARLY * room) return [];
    return [
      {
        code: "k8s.node_full",
        severity: "warning",
        confidence: 0.85,
        at: object,
        summary: `Node ${object.name} runs ${held} of the ${room} pods it may hold (its kubelet's limit on pods, not CPU or memory): it takes no more.`,
        evidence: [pointer(object, "status", "allocatable", "pods")],
      },
    ];
  },
};
