import type { FindingCode } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import type { Check } from "./finding.ts";
import { count, list, text, time } from "./raw.ts";
import { type ObjectEvent, pointer, type Resource } from "./resource.ts";
import { quote } from "./words.ts";

/** Why the API refuses a pod, the sharpest first. */
const REFUSALS: readonly { readonly code: FindingCode; readonly pattern: RegExp; readonly says: string }[] = [
  {
    code: "k8s.admission_webhook",
    pattern: /failed calling webhook/,
    says: "an admission webhook cannot be called",
  },
  {
    code: "k8s.quota",
    pattern: /exceeded quota|failed quota/,
    says: "the namespace's resource quota is used up",
  },
  {
    code: "k8s.pod_security",
    pattern: /violates PodSecurity|PodSecurityPolicy|unable to validate against any security context/,
    says: "Pod Security does not allow it",
  },
  { code: "k8s.service_account", pattern: /service ?account/, says: "its service account does not exist" },
  {
    code: "k8s.limit_range",
    pattern:
      /(maximum|minimum) [\w./-]+ usage per|max limit to request ratio|must be less than or equal to .* limit/,
    says: "the namespace's limit range does not allow it",
  },
  {
    code: "k8s.admission_denied",
    pattern: /admission webhook .* denied|denied the request|ValidatingAdmissionPolicy/,
    says: "an admission policy denies it",
  },
];

/** Workloads whose pods the API server refuses to create. */
export const createDenied: Check = {
  kinds: ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"],
  check(owner, cluster) {
    // Its ReplicaSet says it at first hand.
    if (owner.kind === "Deployment" && cluster.ownedBy(owner, "ReplicaSet").length > 0) return [];
    const refusals = [...conditions(owner), ...events(owner, cluster)];
    const [first] = refusals;
    if (first === undefined) return [];
    const refusal = REFUSALS.find(({ pattern }) => pattern.test(first.message));
    const [, webhook] = /failed calling webhook "([^"]+)"/.exec(first.message) ?? [];
    const desired = count(owner.raw, "spec", "replicas");
    const created =
      count(owner.raw, "status", "replicas") ?? count(owner.raw, "status", "currentNumberScheduled") ?? 0;
    const counts = desired === undefined ? "" : ` (${created} of ${desired} created)`;
    return [
      {
        code: refusal?.code ?? "k8s.create_failed",
        severity: "critical",
        confidence: refusal ? 0.95 : 0.8,
        at: owner,
        since: first.since,
        summary: `No ${created === 0 ? "" : "further "}pod of ${owner.kind} ${owner.name} can be created${counts}: ${refusal?.says ?? "the API refuses"}. ${quote(first.message, 500)}`,
        evidence: refusals.slice(0, 3).map(({ evidence }) => evidence),
        causes: webhook === undefined ? [] : webhooksCalled(webhook, cluster),
      },
    ];
  },
};

interface Refusal {
  readonly message: string;
  readonly since: number | undefined;
  readonly evidence: string;
}

function conditions(owner: Resource): Refusal[] {
  return list(owner.raw, "status", "conditions").flatMap((entry, index) =>
    text(entry, "type") === "ReplicaFailure" &&
    text(entry, "reason") === "FailedCreate" &&
    text(entry, "status") !== "False"
      ? [
          {
            message: text(entry, "message"),
            since: time(entry, "lastTransitionTime"),
            evidence: pointer(owner, "status", "conditions", index),
          },
        ]
      : [],
  );
}

/** Only while pods are missing: what was refused once and then let in is over. */
function events(owner: Resource, cluster: Cluster): Refusal[] {
  const all = cluster.eventsOf(owner);
  const desired =
    count(owner.raw, "spec", "replicas") ?? count(owner.raw, "status", "desiredNumberScheduled") ?? 1;
  const created =
    count(owner.raw, "status", "replicas") ??
    count(owner.raw, "status", "currentNumberScheduled") ??
    count(owner.raw, "status", "active") ??
    0;
  if (created >= desired || (count(owner.raw, "status", "succeeded") ?? 0) > 0) return [];
  const lastGood = Math.max(0, ...all.filter(({ reason }) => reason === "SuccessfulCreate").map(latest));
  return all
    .filter(
      (event) => event.reason === "FailedCreate" && event.type === "Warning" && latest(event) >= lastGood,
    )
    .map((event) => ({ message: event.message, since: event.first, evidence: pointer(event.resource) }));
}

function latest({ last }: ObjectEvent): number {
  return last ?? 0;
}

function webhooksCalled(name: string, cluster: Cluster): Resource[] {
  return ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].flatMap((kind) =>
    cluster
      .ofKind(kind)
      .filter((config) => list(config.raw, "webhooks").some((hook) => text(hook, "name") === name)),
  );
}
