import { containersOf } from "./containers.ts";
import type { Check } from "./finding.ts";
import { count, dig, list, text } from "./raw.ts";
import { pointer, type Resource, say } from "./resource.ts";
import { duration, quote } from "./words.ts";

/** Past its grace period by this much, an object is not being deleted any more: it hangs. */
const OVERDUE_MS = 60_000;
/** A preStop hook that drains takes its time; one that takes this long deserves a look. */
const LONG_STOP_MS = 90_000;

/** Objects that somebody deleted and that stay: a finalizer nobody removes, a stop hook that does not end, a lost node. */
export const terminating: Check = {
  kinds: ["*"],
  check(object, cluster) {
    if (object.deletionAt === undefined) return [];
    const graceMs = (count(object.raw, "metadata", "deletionGracePeriodSeconds") ?? 0) * 1000;
    const asked = object.deletionAt - graceMs;
    const waited = cluster.now - asked;
    const overdue = cluster.now - object.deletionAt;
    const finalizers = list(object.raw, "metadata", "finalizers").filter((name) => typeof name === "string");
    const base = {
      code: "k8s.terminating_stuck" as const,
      severity: "critical" as const,
      at: object,
      since: asked,
      evidence: [pointer(object, "metadata", "deletionTimestamp")],
      weight: waited,
    };
    if (object.kind === "Namespace" && waited > LONG_STOP_MS) {
      const left = list(object.raw, "status", "conditions")
        .filter((entry) => text(entry, "status") === "True")
        .map((entry) => quote(text(entry, "message")));
      const summary = `Namespace ${object.name} has been Terminating for ${duration(waited)}. ${left.join(" ")}`;
      return [{ ...base, severity: "warning" as const, confidence: 0.8, summary }];
    }
    const gone = object.kind !== "Pod" || !containersOf(object).some(({ running }) => running);
    if (finalizers.length > 0 && gone && overdue > OVERDUE_MS) {
      const summary = `${say(object)} has been Terminating (deleted) for ${duration(waited)}: nobody removes its finalizer ${finalizers.join(", ")}.`;
      return [{ ...base, confidence: 0.9, summary }];
    }
    const hooks = object.kind === "Pod" ? stopHooks(object) : [];
    if (hooks.length > 0 && !gone && waited > LONG_STOP_MS) {
      const summary =
        `Pod ${object.name} has been Terminating for ${duration(waited)}: the preStop hook of ${hooks.join("; ")} does not end; ` +
        `the grace period is ${graceMs / 1000} s (${duration(graceMs)}).`;
      return [{ ...base, severity: "warning" as const, confidence: 0.75, summary }];
    }
    if (object.kind === "Pod" && overdue > OVERDUE_MS) {
      const node = cluster.find("Node", "", String(dig(object.raw, "spec", "nodeName") ?? ""));
      const summary = `Pod ${object.name} should have been gone ${duration(overdue)} ago and is still Terminating: its node does not confirm the end.`;
      return [
        {
          ...base,
          severity: "warning" as const,
          confidence: 0.7,
          summary,
          ...(node ? { causes: [node] } : {}),
        },
      ];
    }
    return [];
  },
};

function stopHooks(pod: Resource): string[] {
  return list(pod.raw, "spec", "containers").flatMap((container) => {
    const hook = dig(container, "lifecycle", "preStop");
    if (hook === undefined || hook === null) return [];
    const command = list(hook, "exec", "command").join(" ");
    return [
      `container ${String(dig(container, "name") ?? "")}${command === "" ? "" : ` (${quote(command, 120)})`}`,
    ];
  });
}
