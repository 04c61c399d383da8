import { condition } from "./containers.ts";
import type { Check } from "./finding.ts";
import { count, dig, scalar, strings, text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { quote } from "./words.ts";

/** Disruption budgets that let no pod go: a note in general, a finding while a node is being drained. */
export const disruptionBudget: Check = {
  kinds: ["PodDisruptionBudget"],
  check(object, cluster) {
    const { raw, namespace } = object;
    const allowed = condition(object, "DisruptionAllowed");
    const [least, most] = [scalar(raw, "spec", "minAvailable"), scalar(raw, "spec", "maxUnavailable")];
    const idle = cluster.eventsOf(object).find(({ reason }) => reason === "NoPods");
    if (idle !== undefined && allowed === undefined) {
      const summary = `PodDisruptionBudget ${object.name} protects nothing: ${quote(idle.message)}`;
      return [
        {
          code: "k8s.pdb_blocking",
          severity: "info",
          confidence: 0.5,
          at: object,
          summary,
          evidence: [pointer(object, "spec", "selector"), pointer(idle.resource)],
        },
      ];
    }
    if (
      text(allowed, "status") !== "False" ||
      (least === "" && most === "") ||
      count(raw, "status", "expectedPods") === 0
    )
      return [];
    const pods = cluster.podsWith(namespace, strings(raw, "spec", "selector", "matchLabels"));
    const cordoned = [...new Set(pods.map((pod) => text(pod.raw, "spec", "nodeName")))]
      .map((name) => cluster.find("Node", "", name))
      .filter((node) => node !== undefined && dig(node.raw, "spec", "unschedulable") === true);
    const [healthy, desired] = [
      count(raw, "status", "currentHealthy"),
      count(raw, "status", "desiredHealthy"),
    ];
    const rule = [least && `minAvailable ${least}`, most && `maxUnavailable ${most}`]
      .filter((words) => words !== "")
      .join(", ");
    const state = `allows 0 disruptions (${rule}${healthy === undefined || desired === undefined ? "" : `; ${healthy} healthy, ${desired} needed`}; ${text(allowed, "reason") || "no reason"})`;
    const [node] = cordoned;
    // Pods that are down use the budget up: then they are the matter.
    const unwell = healthy !== undefined && desired !== undefined && healthy < desired;
    return [
      {
        code: "k8s.pdb_blocking",
        severity: node === undefined ? "info" : "critical",
        confidence: node === undefined ? 0.5 : 0.85,
        at: object,
        since: time(node?.raw, "spec", "taints", 0, "timeAdded") ?? time(allowed, "lastTransitionTime"),
        summary:
          node === undefined
            ? `PodDisruptionBudget ${object.name} ${state}: a node drain would wait for it.`
            : `The drain of node ${node.name} (cordoned) cannot evict pods of PodDisruptionBudget ${object.name}, which ${state}.`,
        evidence: [pointer(object, "status"), ...(node ? [pointer(node, "spec", "unschedulable")] : [])],
        ...(unwell ? { causes: pods } : {}),
      },
    ];
  },
};
