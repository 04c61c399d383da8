import type { Cluster } from "./cluster.ts";
import { carries } from "./cluster.ts";
import { condition } from "./containers.ts";
import { endpointsOf, unreached } from "./endpoints.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, scalar, strings, text } from "./raw.ts";
import { pointer, type Resource, say, sinceMade } from "./resource.ts";
import { pairs, some } from "./words.ts";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] as const;
const MAX_WORKLOADS = 1_000;

/** Services that reach no pod: a selector that fits none, pods that are not ready, a target port no container has. */
export const service: Check = {
  kinds: ["Service"],
  check(object, cluster) {
    const selector = strings(object.raw, "spec", "selector");
    if (selector.size === 0 || text(object.raw, "spec", "type") === "ExternalName") return [];
    const pods = cluster
      .podsWith(object.namespace, selector)
      .filter(({ deletionAt, raw }) => deletionAt === undefined && !isOver(raw));
    if (pods.length === 0) return nothingSelected(object, selector, cluster);
    const ready = pods.filter((pod) => text(condition(pod, "Ready"), "status") === "True");
    if (ready.length === 0 || ready.length < pods.length) {
      return [...portMismatch(object, pods, cluster), noneReady(object, pods, ready.length)];
    }
    return portMismatch(object, pods, cluster);
  },
};

function isOver(raw: unknown): boolean {
  return ["Succeeded", "Failed"].includes(text(raw, "status", "phase"));
}

function nothingSelected(
  object: Resource,
  selector: ReadonlyMap<string, string>,
  cluster: Cluster,
): readonly Draft[] {
  const workloads = WORKLOADS.flatMap((kind) =>
    cluster.inNamespace(kind, object.namespace).slice(0, MAX_WORKLOADS),
  );
  const meant = workloads.filter(({ raw }) =>
    carries(strings(raw, "spec", "template", "metadata", "labels"), selector),
  );
  if (meant.length > 0) {
    // Scaled to zero, or its pods are not created: the first is normal, the second has a finding of its own.
    const summary = `Service ${object.name} has no endpoints: no pod of ${say(cluster.rootOf(meant[0] ?? object))} is there.`;
    return [
      {
        code: "k8s.no_endpoints",
        severity: "warning",
        confidence: 0.7,
        at: object,
        summary,
        evidence: [pointer(object, "spec", "selector")],
        causes: meant,
        onlyAsSymptom: true,
      },
    ];
  }
  const endpoints = endpointsOf(object, cluster);
  // Of workloads that show neither pods nor labels for them nothing can be said.
  const told = workloads.some(
    (workload) =>
      strings(workload.raw, "spec", "template", "metadata", "labels").size > 0 ||
      cluster.inNamespace("Pod", workload.namespace).length > 0,
  );
  if (cluster.lists("Pod", object.namespace) || told) {
    const near = nearest(
      object,
      selector,
      cluster.inNamespace("Pod", object.namespace).slice(0, MAX_WORKLOADS),
    );
    return [
      {
        code: "k8s.selector_mismatch",
        severity: "critical",
        confidence: 0.9,
        at: object,
        since: sinceMade(object, cluster.now),
        summary: `Service ${object.name} has no endpoints: its selector (${pairs(selector)}) matches no pod in namespace ${object.namespace}.${near}`,
        evidence: [pointer(object, "spec", "selector"), ...(endpoints?.evidence ?? [])],
      },
    ];
  }
  return endpoints === undefined ? [] : unreached(object, endpoints, `(selector ${pairs(selector)})`);
}

/** What carries some of the wanted labels: usually the pods that were meant. */
function nearest(object: Resource, selector: ReadonlyMap<string, string>, pods: readonly Resource[]): string {
  const scored = pods
    .map((pod) => ({
      pod,
      keys: [...selector.keys()].filter((key) => pod.labels.has(key)).length,
      named: pod.name.startsWith(object.name) ? 1 : 0,
    }))
    .filter(({ keys, named }) => keys + named > 0)
    .sort((a, b) => b.named - a.named || b.keys - a.keys);
  const best = scored[0]?.pod;
  if (best === undefined) return "";
  const theirs = new Map([...best.labels].filter(([key]) => key !== "pod-template-hash"));
  return ` Pod ${best.name} carries ${some(
    [...theirs].map(([key, value]) => `${key}=${value}`),
    5,
  )}.`;
}

function noneReady(object: Resource, pods: readonly Resource[], ready: number): Draft {
  const summary = `${ready} of the ${pods.length} pods behind Service ${object.name} ${ready === 1 ? "is" : "are"} ready.`;
  return {
    code: "k8s.no_endpoints",
    severity: "warning",
    confidence: 0.7,
    at: object,
    summary,
    evidence: [pointer(object, "spec", "selector")],
    causes: pods,
    onlyAsSymptom: true,
  };
}

function portMismatch(object: Resource, pods: readonly Resource[], cluster: Cluster): readonly Draft[] {
  const [pod] = pods;
  if (pod === undefined) return [];
  const declared = ["containers", "initContainers"]
    .flatMap((key) => list(pod.raw, "spec", key))
    .flatMap((container) => list(container, "ports"));
  const offers = declared.map(
    (port) => `${text(port, "name") || "unnamed"} (${scalar(port, "containerPort")})`,
  );
  return list(object.raw, "spec", "ports").flatMap((port, index): Draft[] => {
    const target = dig(port, "targetPort") ?? count(port, "port");
    const isNamed = typeof target === "string" && !/^\d+$/.test(target);
    const fits = declared.some((offer) =>
      isNamed ? text(offer, "name") === target : scalar(offer, "containerPort") === String(target),
    );
    // Declaring ports is optional: an unnamed target is doubtful only where ports are declared and none fits.
    if (fits || target === undefined || target === 0 || (!isNamed && declared.length === 0)) return [];
    return [
      {
        code: "k8s.target_port",
        severity: "critical",
        confidence: isNamed ? 0.95 : 0.7,
        at: object,
        since: sinceMade(object, cluster.now),
        summary:
          `Service ${object.name} sends port ${scalar(port, "port")} to targetPort ${String(target)}, ` +
          `which no container of its pods has${offers.length === 0 ? "" : `; pod ${pod.name} declares ${some(offers, 5)}`}.`,
        evidence: [pointer(object, "spec", "ports", index), pointer(pod, "spec", "containers")],
      },
    ];
  });
}
