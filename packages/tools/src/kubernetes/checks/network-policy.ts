import type { Cluster } from "./cluster.ts";
import { condition, containersOf } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { selects } from "./label-selector.ts";
import { count, dig, list, scalar, strings, text } from "./raw.ts";
import { pointer, type Resource, say } from "./resource.ts";
import { pairs, plural, some } from "./words.ts";

type Direction = "Ingress" | "Egress";

const DNS_PORT = 53;
const MAX_PODS = 2_000;
/** A host's name or address and its port, at the start or after a scheme or user. */
const ENDPOINT = /(?:^|[/@,])((?:[a-z0-9-]+\.)+[a-z0-9-]+|[a-z][a-z0-9-]+):(\d{2,5})(?![\w.])/g;
/** Applied together with its pods. */
const SETTLES_MS = 60_000;
const RECENT_MS = 24 * 60 * 60_000;

/**
 * Network policies that cut pods off, and those that apply to nothing, which is mostly a label misspelt. Policies add
 * up: what one of them lets through is open. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const networkPolicy: Check = {
  kinds: ["NetworkPolicy"],
  check(object, cluster) {
    const pods = podsUnder(object, cluster);
    if (pods.length === 0) return appliesToNothing(object, cluster);
    return directionsOf(object).flatMap((direction) => cutOff(object, direction, pods, cluster));
  },
};

function podsUnder({ raw, namespace }: Resource, cluster: Cluster): readonly Resource[] {
  const selector = dig(raw, "spec", "podSelector");
  return cluster
    .inNamespace("Pod", namespace)
    .slice(0, MAX_PODS)
    .filter((pod) => pod.deletionAt === undefined && selects(selector, pod.labels));
}

/** Left out, a policy is about what comes in, and about what goes out where it has rules for that. */
function directionsOf({ raw }: Resource): Direction[] {
  const named = list(raw, "spec", "policyTypes");
  return (["Ingress", "Egress"] as const).filter((direction) =>
    named.length > 0
      ? named.includes(direction)
      : direction === "Ingress" || list(raw, "spec", "egress").length > 0,
  );
}

function cutOff(
  object: Resource,
  direction: Direction,
  pods: readonly Resource[],
  cluster: Cluster,
): readonly Draft[] {
  const [pod] = pods;
  if (pod === undefined) return [];
  const policies = cluster
    .inNamespace("NetworkPolicy", object.namespace)
    .filter(
      (other) =>
        directionsOf(other).includes(direction) && selects(dig(other.raw, "spec", "podSelector"), pod.labels),
    );
  // One of them speaks for all: the newest, which is what changed.
  const newest = [...policies].sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
  if (newest?.name !== object.name) return [];
  const rules = policies.flatMap(({ raw }) => list(raw, "spec", direction.toLowerCase()));
  const what = direction === "Egress" ? goesOut(rules, pod) : comesIn(rules, pod, cluster);
  if (what === undefined) return [];
  // What was there before its pods came up well, or has been borne for long, is meant so.
  const severity = pods.some((each) => !isReady(each))
    ? "critical"
    : pods.some((each) => isNewer(object, each)) && isRecent(object, cluster)
      ? "warning"
      : "info";
  const others = policies.filter((other) => other !== object).map(({ name }) => name);
  return [
    {
      code: "k8s.network_policy_blocks",
      severity,
      confidence: severity === "info" ? 0.5 : 0.85,
      at: object,
      since: object.createdAt,
      summary:
        `NetworkPolicy ${object.name}${others.length > 0 ? ` (with ${some(others)})` : ""} ${what} ` +
        `It applies to ${plural(pods.length, "pod")} of ${say(cluster.rootOf(pod))}.`,
      evidence: [pointer(object, "spec"), pointer(pod)],
    },
  ];
}

function isReady(pod: Resource): boolean {
  return text(condition(pod, "Ready"), "status") === "True";
}

function isNewer(policy: Resource, pod: Resource): boolean {
  const started = Math.min(...containersOf(pod).map(({ runningSince }) => runningSince ?? Number.NaN));
  return policy.createdAt !== undefined && policy.createdAt > started + SETTLES_MS;
}

function isRecent({ createdAt }: Resource, { now }: Cluster): boolean {
  return createdAt !== undefined && now - createdAt < RECENT_MS;
}

function goesOut(rules: readonly unknown[], pod: Resource): string | undefined {
  if (rules.length === 0) return "lets its pods connect to nothing, not even to the cluster's DNS.";
  if (!rules.some((rule) => opens(rule, DNS_PORT)))
    return `does not let its pods ask the cluster's DNS (no egress rule opens port ${DNS_PORT}), so no name resolves.`;
  const closed = endpointsOf(pod).filter(({ port }) => !rules.some((rule) => opens(rule, port)));
  const [first] = closed;
  return first === undefined
    ? undefined
    : `opens no port for what its pods are configured to reach: ${some([...new Set(closed.map(({ said }) => said))])}.`;
}

/** `host:port` in the values of a pod's environment: a connection string, say. Nothing else of the value is kept. */
function endpointsOf(pod: Resource): { readonly port: number; readonly said: string }[] {
  return list(pod.raw, "spec", "containers")
    .flatMap((container) => list(container, "env"))
    .flatMap((entry) =>
      [...text(entry, "value").matchAll(ENDPOINT)].map(([, host = "", port = ""]) => ({
        port: Number(port),
        said: `${host}:${port} (${text(entry, "name")})`,
      })),
    );
}

/** Only where a Service sends requests to the pods: a worker needs none. */
function comesIn(rules: readonly unknown[], pod: Resource, cluster: Cluster): string | undefined {
  for (const service of cluster.inNamespace("Service", pod.namespace)) {
    const selector = strings(service.raw, "spec", "selector");
    if (selector.size === 0 || !selects({ matchLabels: dig(service.raw, "spec", "selector") }, pod.labels))
      continue;
    if (rules.length === 0) return `lets nobody connect to the pods behind Service ${service.name}.`;
    const targets = list(service.raw, "spec", "ports").map((port) => targetOf(port, pod));
    const closed = targets.filter(
      (target) => target !== undefined && !rules.some((rule) => opens(rule, target.number, target.name)),
    );
    const [first] = closed;
    if (first !== undefined && closed.length === targets.length)
      return `opens no port that Service ${service.name} sends to (${first.number}${first.name === "" ? "" : `, ${first.name}`}).`;
  }
  return undefined;
}

interface Target {
  readonly number: number;
  readonly name: string;
}

function targetOf(port: unknown, pod: Resource): Target | undefined {
  const target = dig(port, "targetPort") ?? count(port, "port");
  const declared = list(pod.raw, "spec", "containers").flatMap((container) => list(container, "ports"));
  const known = declared.find(
    (offer) => text(offer, "name") === target || scalar(offer, "containerPort") === String(target),
  );
  const number = count(known, "containerPort") ?? Number(target);
  return Number.isInteger(number) ? { number, name: text(known, "name") } : undefined;
}

/** Whether a rule lets something through on this port; a rule without ports opens all. */
function opens(rule: unknown, port: number, name = ""): boolean {
  const ports = list(rule, "ports");
  return (
    ports.length === 0 ||
    ports.some((entry) => {
      const from = dig(entry, "port");
      if (from === undefined) return true;
      if (typeof from === "string" && !/^\d+$/.test(from)) return from === name;
      const low = Number(from);
      return low <= port && port <= (count(entry, "endPort") ?? low);
    })
  );
}

function appliesToNothing(object: Resource, cluster: Cluster): readonly Draft[] {
  const labels = strings(object.raw, "spec", "podSelector", "matchLabels");
  const byExpression = list(object.raw, "spec", "podSelector", "matchExpressions").length > 0;
  if (labels.size === 0 || byExpression || !cluster.lists("Pod", object.namespace)) return [];
  return [
    {
      code: "k8s.network_policy",
      severity: "info",
      confidence: 0.5,
      at: object,
      summary: `NetworkPolicy ${object.name} applies to no pod: none carries ${pairs(labels)}.`,
      evidence: [pointer(object, "spec", "podSelector")],
    },
  ];
}
