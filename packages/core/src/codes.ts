/**
 * Every code a finding may carry, once. `specificity` (0..1) says how much the code alone explains:
 * "the container was killed for memory" is a cause, "requests fail" only a symptom.
 */
export const findingCodes = {
  "app.out_of_memory": { title: "The application runs out of memory", specificity: 0.85 },
  "app.panic": { title: "The application dies of an unhandled error", specificity: 0.6 },
  "aws.outage": { title: "AWS reports an open event for this dependency", specificity: 1 },
  "change.config": { title: "Configuration changed shortly before the onset", specificity: 0.45 },
  "change.deploy": { title: "Deployed shortly before the onset", specificity: 0.4 },
  "db.auth_failed": { title: "The database refuses the credentials", specificity: 0.85 },
  "db.connection_refused": { title: "The database refuses connections", specificity: 0.7 },
  "db.connection_timeout": { title: "Connections to the database time out", specificity: 0.55 },
  "db.deadlock": { title: "The database reports deadlocks", specificity: 0.8 },
  "db.pool_exhausted": { title: "The database connection pool is exhausted", specificity: 0.9 },
  "dependency.down": { title: "A dependency is down", specificity: 0.6 },
  "dependency.degraded": { title: "A dependency is degraded", specificity: 0.4 },
  "disk.full": { title: "A disk is full", specificity: 0.9 },
  "k8s.config_error": { title: "A container refers to configuration that is not there", specificity: 0.9 },
  "k8s.crash_loop": { title: "A container keeps crashing", specificity: 0.6 },
  "k8s.image_pull": { title: "An image cannot be pulled", specificity: 0.95 },
  "k8s.oom_killed": { title: "A container is killed for exceeding its memory limit", specificity: 0.95 },
  "k8s.not_ready": { title: "Pods are not ready", specificity: 0.35 },
  "k8s.probe_failing": { title: "A probe keeps failing", specificity: 0.5 },
  "k8s.rollout_stuck": { title: "A rollout does not finish", specificity: 0.6 },
  "k8s.unschedulable": { title: "Pods cannot be scheduled", specificity: 0.9 },
  "log.error_surge": { title: "An error appears in the logs since the onset", specificity: 0.35 },
  "network.dns": { title: "Names cannot be resolved", specificity: 0.75 },
  "network.refused": { title: "Connections are refused", specificity: 0.5 },
  "network.timeout": { title: "Calls time out", specificity: 0.35 },
  "rate.limited": { title: "Calls are rate limited", specificity: 0.7 },
  "resource.failed": { title: "The resource itself reports a failure", specificity: 0.3 },
  "service.error_rate": { title: "Requests fail", specificity: 0.2 },
  "service.latency": { title: "Requests are slow", specificity: 0.2 },
  "service.no_traffic": { title: "Traffic stopped", specificity: 0.2 },
  "tls.certificate": { title: "A certificate is not accepted", specificity: 0.85 },
} as const satisfies Record<string, { title: string; specificity: number }>;

export type FindingCode = keyof typeof findingCodes;
