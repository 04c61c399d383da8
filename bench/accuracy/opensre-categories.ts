import type { ObjectFinding } from "@oncall/tools";

type Category =
  | "code_defect"
  | "configuration_error"
  | "dependency_failure"
  | "infrastructure"
  | "resource_exhaustion";

/** Codes, or their beginnings, in the words of the collectors' categories; the longest that fits counts. */
const categories: readonly (readonly [Category, readonly string[]])[] = [
  [
    "resource_exhaustion",
    [
      "app.gc_pressure",
      "app.memory_leak",
      "app.out_of_memory",
      "app.too_many_files",
      "cache.full",
      "db.",
      "disk.filling",
      "disk.full",
      "k8s.autoscaler_limit",
      "k8s.cpu_throttled",
      "k8s.evicted",
      "k8s.hpa_limit",
      "k8s.node_pressure",
      "k8s.oom_killed",
      "k8s.quota",
      "k8s.unschedulable",
      "queue.lag",
      "rate.limited",
      "traffic.surge",
    ],
  ],
  [
    "infrastructure",
    ["aws.", "disk.", "k8s.node_not_ready", "k8s.sandbox", "k8s.volume_mount", "k8s.pvc_lost"],
  ],
  [
    "dependency_failure",
    [
      "cache.",
      "db.connection_refused",
      "db.connection_timeout",
      "dependency.",
      "network.",
      "queue.",
      "search.",
    ],
  ],
  ["code_defect", ["app.", "db.migration", "k8s.crash_loop", "k8s.exits_zero"]],
  [
    "configuration_error",
    [
      "app.access_denied",
      "app.config_invalid",
      "app.config_missing",
      "db.auth_failed",
      "k8s.",
      "network.dns",
      "tls.",
    ],
  ],
];

/** The collectors' category of a finding; `unknown` for a code that is none of theirs (a symptom, a change). */
export function categoryOf({ code, summary }: ObjectFinding): Category | "unknown" {
  // Nodes that are full are short of a resource; nodes that a taint or a selector rules out are not.
  if (code === "k8s.unschedulable" && !/insufficient/i.test(summary)) return "configuration_error";
  const fitting = categories
    .flatMap(([category, beginnings]) => beginnings.map((beginning) => ({ category, beginning })))
    .filter(({ beginning }) => code.startsWith(beginning))
    .sort((a, b) => b.beginning.length - a.beginning.length);
  return fitting[0]?.category ?? "unknown";
}
