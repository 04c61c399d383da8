import type { Cluster } from "./cluster.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, scalar, text, time } from "./raw.ts";
import { absent, pointer, type Resource, say } from "./resource.ts";
import { because, quote } from "./words.ts";

const SCALABLE = new Set(["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"]);
/** Just created, an autoscaler has no metrics yet. */
const SETTLES_MS = 60_000;

/** Horizontal autoscalers at their limit, without metrics, or without a target. */
export const autoscaler: Check = {
  kinds: ["HorizontalPodAutoscaler"],
  check(object, cluster) {
    const target = targetOf(object);
    const found = [
      ...conditionsOf(object).flatMap((entry) => judged(object, entry, target, cluster)),
      ...pinned(object),
    ];
    if (found.some(({ code }) => code === "k8s.hpa_target")) return found;
    return [...found, ...targeted(object, target, cluster)];
  },
};

function targetOf(object: Resource): Resource {
  const { raw, namespace } = object;
  return absent(
    text(raw, "spec", "scaleTargetRef", "kind"),
    namespace,
    text(raw, "spec", "scaleTargetRef", "name"),
  );
}

/** autoscaling/v1 keeps its conditions as JSON in an annotation. */
function conditionsOf({ raw }: Resource): readonly unknown[] {
  const own = list(raw, "status", "conditions");
  if (own.length > 0) return own;
  try {
    const annotated: unknown = JSON.parse(
      text(raw, "metadata", "annotations", "autoscaling.alpha.kubernetes.io/conditions") || "[]",
    );
    return Array.isArray(annotated) ? annotated : [];
  } catch {
    return [];
  }
}

function judged(object: Resource, entry: unknown, target: Resource, cluster: Cluster): readonly Draft[] {
  const [type, status, reason] = [text(entry, "type"), text(entry, "status"), text(entry, "reason")];
  const message = quote(text(entry, "message"), 400);
  const why = because(reason, message, 400);
  const since = time(entry, "lastTransitionTime");
  const base = { at: object, since, evidence: [pointer(object, "status", "conditions")] };
  const who = `The autoscaler (HPA) ${object.name}`;
  // It also waits a while after each scaling, which is no failure.
  if (type === "AbleToScale" && status === "False" && !reason.startsWith("Backoff")) {
    const summary = `${who} cannot scale ${say(target)}${why}`;
    const missing = /not found|could not find/.test(message);
    return [
      {
        ...base,
        code: missing ? "k8s.hpa_target" : "k8s.hpa_metrics",
        severity: reason.startsWith("Failed") ? "critical" : "warning",
        confidence: 0.95,
        summary,
      },
    ];
  }
  if (type === "ScalingActive" && status === "False" && reason !== "ScalingDisabled") {
    if (since !== undefined && cluster.now - since < SETTLES_MS / 2) return [];
    const summary = `${who} has no metrics to scale ${say(target)} by${why}`;
    const causes = cluster.find(target.kind, target.namespace, target.name);
    return [
      {
        ...base,
        code: "k8s.hpa_metrics",
        severity: "critical",
        confidence: 0.9,
        summary,
        ...(causes ? { causes: [causes] } : {}),
      },
    ];
  }
  const most = count(object.raw, "spec", "maxReplicas");
  const [current, desired] = [
    count(object.raw, "status", "currentReplicas"),
    count(object.raw, "status", "desiredReplicas"),
  ];
  if (
    type === "ScalingLimited" &&
    status === "True" &&
    (reason === "TooManyReplicas" || /more than the maximum/.test(message))
  ) {
    const summary =
      `${who} is at its maximum of ${most ?? "?"} replicas (maxReplicas ${most ?? "?"}, ${current ?? "?"} running, ${desired ?? "?"} desired) and would add more ` +
      `(ScalingLimited): ${message}.${metricsOf(object)}`;
    return [{ ...base, code: "k8s.autoscaler_limit", severity: "warning", confidence: 0.9, summary }];
  }
  // Quiet times end at the minimum; everything else that holds it back is worth a word.
  const least = count(object.raw, "spec", "minReplicas") ?? 1;
  if (type === "ScalingLimited" && status === "True" && !(current !== undefined && current <= least)) {
    const summary = `${who} is kept from the size it would choose${why}`;
    return [{ ...base, code: "k8s.autoscaler_limit", severity: "info", confidence: 0.5, summary }];
  }
  return [];
}

function metricsOf({ raw }: Resource): string {
  const said = list(raw, "status", "currentMetrics").flatMap((metric) => {
    const name = text(metric, "resource", "name");
    const used = count(metric, "resource", "current", "averageUtilization");
    const wanted = list(raw, "spec", "metrics").find((entry) => text(entry, "resource", "name") === name);
    const aim = count(wanted, "resource", "target", "averageUtilization");
    return name === "" || used === undefined
      ? []
      : [`${name} is at ${used} % of its request${aim === undefined ? "" : `, the target is ${aim} %`}`];
  });
  return said.length === 0 ? "" : ` ${said.join("; ")}.`;
}

/** At its maximum, where only a table or a summary tells so. */
function pinned(object: Resource): readonly Draft[] {
  const most = count(object.raw, "spec", "maxReplicas");
  const current = count(object.raw, "status", "currentReplicas");
  const isFixed = count(object.raw, "spec", "minReplicas") === most;
  if (conditionsOf(object).length > 0 || most === undefined || current === undefined) return [];
  if (current < most || isFixed) return [];
  return [
    {
      code: "k8s.autoscaler_limit",
      severity: isOverTarget(object) ? "warning" : "info",
      confidence: 0.6,
      at: object,
      summary: `The autoscaler (HPA) ${object.name} is at its maximum of ${most} replicas.${metricsOf(object)}`,
      evidence: [pointer(object, "status")],
    },
  ];
}

function isOverTarget({ raw }: Resource): boolean {
  return list(raw, "status", "currentMetrics").some((metric) => {
    const aim = list(raw, "spec", "metrics").find(
      (entry) => text(entry, "resource", "name") === text(metric, "resource", "name"),
    );
    const used = count(metric, "resource", "current", "averageUtilization") ?? 0;
    return used > (count(aim, "resource", "target", "averageUtilization") ?? Number.POSITIVE_INFINITY);
  });
}

/** Whether the target exists and, for what scales by a share of the request, has requests. */
function targeted(object: Resource, target: Resource, cluster: Cluster): readonly Draft[] {
  const evidence = [pointer(object, "spec", "scaleTargetRef")];
  const who = `The autoscaler (HPA) ${object.name}`;
  const note = (
    severity: Draft["severity"],
    confidence: number,
    code: Draft["code"],
    words: string,
  ): Draft[] => [{ code, severity, confidence, at: object, summary: `${who} ${words}`, evidence }];
  if (target.kind === "") return note("info", 0.5, "k8s.hpa_target", "names no scale target.");
  const group = text(object.raw, "spec", "scaleTargetRef", "apiVersion");
  const isBuiltIn =
    group === "" || group === "v1" || group.startsWith("apps/") || group.startsWith("extensions/");
  if (!SCALABLE.has(target.kind) && isBuiltIn)
    return note("warning", 0.85, "k8s.hpa_target", `aims at ${say(target)}, a kind that cannot be scaled.`);
  const found = cluster.find(target.kind, target.namespace, target.name);
  if (found === undefined && SCALABLE.has(target.kind)) {
    return cluster.lists(target.kind, target.namespace)
      ? note("critical", 0.9, "k8s.hpa_target", `aims at ${say(target)}, which does not exist (not found).`)
      : note("info", 0.4, "k8s.hpa_target", `aims at ${say(target)}, which is not among the objects given.`);
  }
  const active = conditionsOf(object).some(
    (entry) => text(entry, "type") === "ScalingActive" && text(entry, "status") === "True",
  );
  const metrics = list(object.raw, "spec", "metrics");
  const byRequest =
    metrics.length === 0 ||
    metrics.some((metric) => dig(metric, "resource", "target", "averageUtilization") !== undefined);
  if (found === undefined || active || !byRequest) return [];
  const bare = list(found.raw, "spec", "template", "spec", "containers").filter((container) => {
    return (
      scalar(container, "resources", "requests", "cpu") === "" &&
      scalar(container, "resources", "requests", "memory") === ""
    );
  });
  if (bare.length === 0) return [];
  const names = bare.map((container) => text(container, "name")).join(", ");
  return note(
    "warning",
    0.8,
    "k8s.hpa_metrics",
    `scales ${say(target)} by a share of its requests, but container ${names} requests no resources.`,
  );
}
