import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { duration, quote } from "./words.ts";

const SETTLES_MS = 60_000;

/** Stateful sets whose ordered start is held up by one pod, or that name a service or storage class that is not there. */
export const statefulSet: Check = {
  kinds: ["StatefulSet"],
  check: (object, cluster) => [...blocked(object, cluster), ...references(object, cluster)],
};

function blocked(object: Resource, cluster: Cluster): readonly Draft[] {
  const wanted = count(object.raw, "spec", "replicas") ?? 1;
  const ready = Math.max(
    count(object.raw, "status", "readyReplicas") ?? 0,
    count(object.raw, "status", "availableReplicas") ?? 0,
  );
  if (typeof dig(object.raw, "status") !== "object" || wanted === 0 || ready >= wanted) return [];
  const pods = cluster.ownedBy(object, "Pod");
  const ordered = text(object.raw, "spec", "podManagementPolicy") !== "Parallel";
  const first = [...pods]
    .sort((a, b) => ordinal(a) - ordinal(b))
    .find((pod) => text(condition(pod, "Ready"), "status") !== "True");
  const created = pods.length || (count(object.raw, "status", "replicas") ?? 0);
  const since = first
    ? (time(condition(first, "Ready"), "lastTransitionTime") ?? first.createdAt)
    : undefined;
  const waited = since === undefined ? undefined : cluster.now - since;
  if (waited !== undefined && waited < SETTLES_MS) return [];
  const young = object.createdAt !== undefined && cluster.now - object.createdAt < SETTLES_MS;
  if (first === undefined && young) return [];
  if (first !== undefined && ordered && created < wanted) {
    const missing = Array.from({ length: wanted }, (_, i) => `${object.name}-${i}`).filter(
      (name) => !pods.some((pod) => pod.name === name),
    );
    return [
      {
        code: "k8s.statefulset_blocked",
        severity: "critical",
        confidence: 0.85,
        at: object,
        since,
        summary:
          `StatefulSet ${object.name} is blocked: pod ${first.name} has not been ready for ${duration(waited ?? 0)}, ` +
          `and pods are started in order, so ${missing.slice(0, 5).join(", ")} ${missing.length === 1 ? "was" : "were"} never created (${ready} of ${wanted} ready).`,
        evidence: [pointer(object, "status"), pointer(first, "status")],
      },
    ];
  }
  return [
    {
      code: "k8s.not_ready",
      severity: "warning",
      confidence: 0.6,
      at: object,
      since,
      summary: `StatefulSet ${object.name} has ${ready} of ${wanted} replicas ready${first ? `; pod ${first.name} is not: ${quote(text(condition(first, "Ready"), "message"))}` : ""}.`,
      evidence: [pointer(object, "status")],
    },
  ];
}

function references(object: Resource, cluster: Cluster): readonly Draft[] {
  const found: Draft[] = [];
  const service = text(object.raw, "spec", "serviceName");
  if (
    cluster.find("Service", object.namespace, service) === undefined &&
    (service !== "" || dig(object.raw, "spec") === undefined)
  ) {
    const known = cluster.lists("Service", object.namespace);
    const summary =
      service === ""
        ? `StatefulSet ${object.name} has no spec: it names no governing Service.`
        : `StatefulSet ${object.name} uses Service ${service}, which ${known ? "does not exist" : "is not among the objects given"}; its pods have no stable names.`;
    found.push({
      code: "k8s.service_missing",
      severity: known ? "warning" : "info",
      confidence: known ? 0.85 : 0.4,
      at: object,
      summary,
      evidence: [pointer(object, "spec", "serviceName")],
    });
  }
  for (const [index, template] of list(object.raw, "spec", "volumeClaimTemplates").entries()) {
    const name = text(template, "spec", "storageClassName");
    if (name === "" || cluster.find("StorageClass", "", name) !== undefined) continue;
    const known = cluster.lists("StorageClass");
    const summary = `StatefulSet ${object.name} uses storage class ${name}, which ${known ? "does not exist" : "is not among the objects given"}.`;
    found.push({
      code: "k8s.storage_class",
      severity: known ? "warning" : "info",
      confidence: known ? 0.8 : 0.4,
      at: object,
      summary,
      evidence: [pointer(object, "spec", "volumeClaimTemplates", index)],
    });
  }
  return found;
}

function ordinal({ name }: Resource): number {
  return Number(name.slice(name.lastIndexOf("-") + 1));
}
