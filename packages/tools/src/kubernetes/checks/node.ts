import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { polarityOf } from "./health-words.ts";
import { list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { because, forHow, some } from "./words.ts";

const PRESSURES: Readonly<Record<string, string>> = {
  MemoryPressure: "is short of memory",
  DiskPressure: "is short of disk space",
  PIDPressure: "is short of process ids",
  NetworkUnavailable: "has no network",
  // What node-problem-detector adds.
  KernelDeadlock: "has a kernel deadlock",
  ReadonlyFilesystem: "has a read-only file system",
  FrequentKubeletRestart: "restarts its kubelet often",
  FrequentContainerdRestart: "restarts containerd often",
};

/** Nodes that are not ready or under pressure. */
export const node: Check = {
  kinds: ["Node"],
  check: (object, cluster) =>
    list(object.raw, "status", "conditions").flatMap((entry, index): Draft[] => {
      const [type, status] = [text(entry, "type"), text(entry, "status")];
      const since = time(entry, "lastTransitionTime");
      const base = {
        at: object,
        since,
        evidence: [pointer(object, "status", "conditions", index)],
        severity: "critical" as const,
      };
      const why = text(entry, "reason") || (type === "Ready" ? "" : `${type}=${status}`);
      const how = `${forHow(since === undefined ? undefined : cluster.now - since)}${because(why, text(entry, "message"))}`;
      if (type === "Ready" && status !== "True" && status !== "") {
        const summary =
          `Node ${object.name} is not ready (NotReady, Ready=${status})${how} ${taintsOf(object)}`.trim() +
          spread(object, type, status, cluster);
        return [{ ...base, code: "k8s.node_not_ready", confidence: 0.95, summary }];
      }
      const trouble = PRESSURES[type] ?? (polarityOf(type) === "bad" ? `reports ${type}` : undefined);
      // A node that is lost knows nothing any more; that alone is told.
      const isUnknown = status !== "True" && status !== "False" && status !== "";
      if (trouble !== undefined && isUnknown && text(condition(object, "Ready"), "status") === "True") {
        const summary = `Node ${object.name} does not know its ${type} any more${how}`;
        return [{ ...base, severity: "warning", code: "k8s.node_pressure", confidence: 0.7, summary }];
      }
      if (trouble !== undefined && status === "True") {
        return [
          {
            ...base,
            code: "k8s.node_pressure",
            confidence: 0.9,
            summary: `Node ${object.name} ${trouble}${how}${spread(object, type, status, cluster)}`,
          },
        ];
      }
      return [];
    }),
};

/** The same on other nodes: one is a machine, many are a cause that they share. */
function spread(object: Resource, type: string, status: string, cluster: Cluster): string {
  const all = cluster.ofKind("Node");
  const alike = all
    .filter((other) => other !== object && text(condition(other, type), "status") === status)
    .map(({ name }) => name);
  return alike.length === 0
    ? ""
    : ` The same on ${alike.length} of ${all.length - 1} other nodes: ${some(alike)}.`;
}

function taintsOf({ raw }: Resource): string {
  const taints = list(raw, "spec", "taints").map((taint) => `${text(taint, "key")}:${text(taint, "effect")}`);
  return taints.length === 0 ? "" : `Taints: ${taints.join(", ")}.`;
}
