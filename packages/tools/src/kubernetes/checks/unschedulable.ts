import { quantity } from "../quantity.ts";
import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { dig, list, scalar, strings, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { forHow, pairs, quote, some } from "./words.ts";

/** An autoscaler adds nodes within minutes; without one, waiting does not help. */
const PATIENCE_MS = 30_000;
const PATIENCE_WITH_AUTOSCALER_MS = 10 * 60_000;

/** Pods no node takes, with what they ask for beside what the scheduler says. */
export const unschedulable: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (text(pod.raw, "spec", "nodeName") !== "" || pod.deletionAt !== undefined) return [];
    const scheduled = condition(pod, "PodScheduled");
    const events = cluster.eventsOf(pod);
    const failed = events.filter(({ reason }) => reason === "FailedScheduling").at(-1);
    const phase = text(pod.raw, "status", "phase");
    if (phase !== "Pending" && phase !== "") return [];
    if (text(scheduled, "reason") === "SchedulingGated") return [];
    const message = text(scheduled, "message") || (failed?.message ?? "");
    if (scheduled === undefined && failed === undefined) return waiting(pod, cluster);
    if (
      text(scheduled, "status") === "True" ||
      (text(scheduled, "reason") !== "Unschedulable" && failed === undefined)
    )
      return [];
    const since = time(scheduled, "lastTransitionTime") ?? pod.createdAt ?? failed?.first;
    const waited = since === undefined ? undefined : cluster.now - since;
    const scaling = events.some(({ reason }) => reason === "TriggeredScaleUp");
    if (waited !== undefined && waited < (scaling ? PATIENCE_WITH_AUTOSCALER_MS : PATIENCE_MS)) return [];
    return [toDraft(pod, message, since, waited, cluster)];
  },
};

/** A table tells no more than that a pod is Pending and on no node; what it asks for stands in its workload. */
function waiting(pod: Resource, cluster: Cluster): readonly Draft[] {
  const waited = pod.createdAt === undefined ? 0 : cluster.now - pod.createdAt;
  const unplaced =
    text(pod.raw, "status", "phase") === "Pending" &&
    list(pod.raw, "status", "containerStatuses").length === 0;
  if (!unplaced || waited < PATIENCE_WITH_AUTOSCALER_MS) return [];
  const template = dig(cluster.rootOf(pod).raw, "spec", "template") ?? pod.raw;
  const requests = list(template, "spec", "containers").flatMap((container) => [
    ...strings(container, "resources", "requests"),
  ]);
  const asks = requests.map(([resource, value]) => `${resource} ${value}`);
  return [
    {
      code: "k8s.unschedulable",
      severity: "critical",
      confidence: 0.6,
      at: pod,
      since: pod.createdAt,
      summary: `Pod ${pod.name} has been Pending${forHow(waited)} and no node has taken it; its events would say why.${asks.length === 0 ? "" : ` It requests ${some(asks, 5)}.`}`,
      evidence: [pointer(pod, "status", "phase")],
    },
  ];
}

function toDraft(
  pod: Resource,
  message: string,
  since: number | undefined,
  waited: number | undefined,
  cluster: Cluster,
): Draft {
  const [, missing] = /persistentvolumeclaim "([^"]+)" not found/.exec(message) ?? [];
  const base = {
    severity: "critical" as const,
    confidence: 0.95,
    at: pod,
    since,
    evidence: [pointer(pod, "status", "conditions")],
  };
  if (missing !== undefined) {
    const summary = `Pod ${pod.name} is Pending${forHow(waited)}: PersistentVolumeClaim ${missing} does not exist (not found). ${quote(message)}`;
    return { ...base, code: "k8s.pvc_missing", summary };
  }
  const claims = /unbound|PersistentVolumeClaim|volume/.test(message) ? claimsOf(pod, cluster) : [];
  // What follows "preemption" says why killing others would not help.
  const words = message.replace(/\.?\s*(no new claims to deallocate, )?preemption: .*$/s, ".");
  const summary = `Pod ${pod.name} cannot be scheduled and is Pending${forHow(waited)}: ${quote(words, 400)}${asked(pod, message, cluster)}`;
  return { ...base, code: "k8s.unschedulable", summary, causes: claims };
}

function claimsOf(pod: Resource, cluster: Cluster): Resource[] {
  return list(pod.raw, "spec", "volumes").flatMap((volume) => {
    const claim = cluster.find(
      "PersistentVolumeClaim",
      pod.namespace,
      text(volume, "persistentVolumeClaim", "claimName"),
    );
    return claim === undefined ? [] : [claim];
  });
}

/** What the pod asks for that the message is about. */
function asked(pod: Resource, message: string, cluster: Cluster): string {
  const said: string[] = [];
  for (const [, resource = ""] of message.matchAll(/Insufficient ([\w./-]+?)[.,]?(?=\s|$)/g)) {
    const requests = list(pod.raw, "spec", "containers").map((container) =>
      scalar(container, "resources", "requests", resource),
    );
    const [most] = cluster.once(`most ${resource}`, () =>
      cluster
        .ofKind("Node")
        .map((node) => scalar(node.raw, "status", "allocatable", resource))
        .sort((a, b) => (quantity(b) ?? 0) - (quantity(a) ?? 0))
        .slice(0, 1),
    );
    const request = requests.filter((value) => value !== "").join(" + ") || "none";
    const sentence = `Its ${resource} request is ${request}${most ? `; the largest node offers ${most}` : ""}.`;
    if (!said.includes(sentence)) said.push(sentence);
  }
  if (/anti-affinity/.test(message))
    said.push("Its pod anti-affinity allows no second pod of its kind on a node.");
  if (
    /node affinity|node selector|node\(s\) didn't match/.test(message) &&
    !/anti-affinity rules/.test(message)
  ) {
    const selector = strings(pod.raw, "spec", "nodeSelector");
    if (selector.size > 0) said.push(`Its node selector wants ${pairs(selector)}.`);
    const wanted = list(
      pod.raw,
      "spec",
      "affinity",
      "nodeAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "nodeSelectorTerms",
    )
      .flatMap((term) => list(term, "matchExpressions"))
      .map((entry) =>
        `${text(entry, "key")} ${text(entry, "operator")} ${list(entry, "values").join("|")}`.trim(),
      );
    if (wanted.length > 0) said.push(`Its node affinity wants ${some(wanted)}.`);
  }
  if (/taint/.test(message)) {
    const taints = cluster.once("taints", () => [...new Set(cluster.ofKind("Node").flatMap(taintsOf))]);
    if (taints.length > 0) said.push(`The pod does not tolerate the nodes' taints: ${some(taints)}.`);
  }
  if (/unschedulable|taint/.test(message)) {
    const cordoned = cluster.once("cordoned", () =>
      cluster
        .ofKind("Node")
        .filter(({ raw }) => dig(raw, "spec", "unschedulable") === true)
        .map(({ name }) => `node ${name}`),
    );
    if (cordoned.length > 0) said.push(`Cordoned (unschedulable): ${some(cordoned)}.`);
  }
  if (/free ports/.test(message)) {
    const ports = list(pod.raw, "spec", "containers")
      .flatMap((container) => list(container, "ports"))
      .map((port) => scalar(port, "hostPort"))
      .filter((port) => port !== "");
    said.push(`It wants host port ${ports.join(", ")}, which another pod holds on each node.`);
  }
  return said.length === 0 ? "" : ` ${said.join(" ")}`;
}

function taintsOf({ raw }: Resource): string[] {
  return list(raw, "spec", "taints").map(
    (taint) =>
      `${text(taint, "key")}${text(taint, "value") && `=${text(taint, "value")}`}:${text(taint, "effect")}`,
  );
}
