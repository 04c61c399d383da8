import type { ServiceEntry } from "@oncall/catalog";
import type { FindingCode } from "@oncall/core";
import type { Cause } from "@oncall/incidents";
import type { EvidenceSet } from "./evidence.ts";
import { undo } from "./undo-change.ts";

/** Whom and what the steps are for. */
export interface StepContext {
  readonly evidence: EvidenceSet;
  /** The service the incident is about. */
  readonly root: ServiceEntry;
  /** The cause's own entry, or the root's where the cause is a dependency without one. */
  readonly owner: ServiceEntry;
}

const MAX_STEPS = 5;
const WORTH_A_STEP = 0.35;

// What to look at or do when no change explains the finding.
const advice: Partial<Record<FindingCode, (cause: Cause, context: StepContext) => string>> = {
  "app.clock_skew": ({ service }) => `Check time synchronisation on the nodes of ${service}`,
  "app.memory_leak": ({ service }) =>
    `Restart ${service} before it reaches its limit, and take a heap dump first`,
  "app.too_many_files": ({ service }) =>
    `Restart ${service} to free its descriptors, and look for connections that are not closed`,
  "aws.outage": ({ service }) =>
    `Nothing of yours broke ${service}: follow the AWS event, and fail over or shed load if it lasts`,
  "cache.full": ({ service }) => `Check maxmemory and the eviction policy of ${service}`,
  "cache.stampede": ({ service }) =>
    `Restore the cache's lifetime in ${service}, and let one request rebuild a key while others wait`,
  "cache.unavailable": ({ service }) =>
    `Bring ${service} back: its exporter or its callers say that it does not serve`,
  "db.auth_failed": ({ service }) =>
    `Check the credentials that ${service} uses for its database, and when they were rotated`,
  "db.connection_refused": ({ service }) =>
    `Check that ${service} runs and accepts connections from its callers`,
  "db.cpu_saturated": ({ service }) =>
    `See which statements load ${service} (Performance Insights, pg_stat_statements): end or index the heaviest`,
  "db.deadlock": ({ service }) => `Read the deadlocked statements in the logs of ${service} and the database`,
  "db.io_saturated": ({ service }) =>
    `See what writes or reads most on ${service} (a batch, a vacuum, checkpoints): pause it, or raise the disk's IOPS`,
  "db.memory_low": ({ service }) =>
    `Look for queries of ${service} that sort or hash much, and lower connections or work memory`,
  "db.pool_exhausted": ({ service }) =>
    `Compare the pool size of ${service} with its load, and look for connections that are held too long`,
  "db.replication": ({ service }) =>
    `Pause the job that writes most on the primary of ${service}, and read from the primary until it has caught up`,
  "db.too_many_connections": ({ service }) =>
    `See who holds the connections of ${service}; lower pools or replicas of the callers`,
  "dependency.down": ({ service }) =>
    `Ask the owner of ${service} whether they know; check that it is reachable`,
  "disk.filling": ({ service }) =>
    `See what grows on the disk of ${service}, and enlarge it before it is full`,
  "disk.full": ({ service }) => `Free or enlarge the disk of ${service}`,
  "k8s.autoscaler_limit": ({ service }) =>
    `Raise the autoscaler's maximum of ${service} if nodes and dependencies can bear it`,
  "k8s.config_error": (_, { owner }) =>
    kubectl(owner, "See which ConfigMap, Secret or key is missing", "describe pods"),
  "k8s.cpu_throttled": ({ service }) => `Raise or remove the CPU limit of ${service}`,
  "k8s.crash_loop": (_, { owner }) =>
    kubectl(owner, "See why the last container died", "logs --previous", true),
  "k8s.image_pull": (_, { owner }) =>
    kubectl(owner, "See whether the tag or the registry's credentials are wrong", "describe pods"),
  "k8s.network_policy_blocks": (_, { owner }) =>
    kubectl(owner, "See what the policy lets through, and open what is needed", "describe networkpolicies"),
  "k8s.node_not_ready": (_, { owner }) =>
    kubectl(owner, "See which pods stand on the node", "get pods -o wide"),
  "k8s.node_pressure": (_, { owner }) =>
    kubectl(owner, "See which pods stand on the node, and what fills it", "get pods -o wide"),
  "k8s.oom_killed": ({ service }) => `Raise the memory limit of ${service} while the growth is looked into`,
  "k8s.pvc_pending": (_, { owner }) =>
    kubectl(owner, "See why nothing provides for the claim", "describe persistentvolumeclaims"),
  "k8s.quota": (_, { owner }) =>
    kubectl(owner, "See what the quota leaves, and ask for more", "describe quota"),
  "k8s.selector_mismatch": (_, { owner }) =>
    kubectl(
      owner,
      "Hold the Service's selector against the pods' labels",
      "get services,pods -o wide --show-labels",
    ),
  "k8s.unschedulable": (_, { owner }) => kubectl(owner, "See what every node lacks", "describe pods"),
  "network.dns": ({ service }) => `Resolve the name of ${service} from a pod, and check CoreDNS`,
  "network.unreachable": ({ service }) =>
    `Check network policies and routes of ${service} for a recent change`,
  "queue.lag": ({ service }) =>
    `Compare the consumers of ${service}, their number and speed, with what is published`,
  "queue.poison_message": ({ service }) =>
    `Move the message that ${service} cannot process to a dead-letter queue`,
  "rate.limited": ({ service }) => `Lower the request rate of ${service}, or ask for a higher limit`,
  "tls.certificate": ({ service }) =>
    `Check the certificate of ${service}: its expiry, its names and its chain`,
  "traffic.surge": ({ service }) => `Find where the requests to ${service} come from; scale out or shed load`,
};

/** What to do next for the likely causes, concretely; suggestions, nothing is done. */
export function nextSteps(causes: readonly Cause[], contextOf: (cause: Cause) => StepContext): string[] {
  const steps: string[] = [];
  for (const cause of causes
    .filter(({ confidence }, i) => i === 0 || confidence >= WORTH_A_STEP)
    .slice(0, 3)) {
    const context = contextOf(cause);
    if (cause.change !== undefined) steps.push(undo(cause.change, context));
    const advised = advice[cause.code]?.(cause, context);
    if (advised !== undefined) steps.push(advised);
    const { pagerAlias, team, slackChannel } = context.owner;
    steps.push(`Page ${pagerAlias} (${team}, ${slackChannel})`);
  }
  return [...new Set(steps)].slice(0, MAX_STEPS);
}

function kubectl(owner: ServiceEntry, goal: string, command: string, onWorkload = false): string {
  const place = owner.deployment.kubernetes;
  if (place === undefined) return `${goal}: the pods of ${owner.name} and their events say so`;
  return `${goal}: kubectl -n ${place.namespace} ${command}${onWorkload ? ` deployment/${place.workload}` : ""}`;
}
