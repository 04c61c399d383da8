import { HOME } from "../checks/resource.ts";
import { ageMs, before } from "./age.ts";
import { cell, type Row } from "./table.ts";

/** Spec and status by a row of one of the kinds that are not about pods; undefined for the others. */
export function listedKind(kind: string, row: Row, now: number): object | undefined {
  return tellers[kind]?.(row, now);
}

const tellers: Readonly<Record<string, (row: Row, now: number) => object>> = {
  APIService(row) {
    const [, status = "", reason = ""] = /^(\w+)(?: \((\w+)\))?/.exec(cell(row, "AVAILABLE")) ?? [];
    return { status: { conditions: [{ type: "Available", status, reason }] } };
  },
  CronJob(row, now) {
    return {
      spec: { schedule: cell(row, "SCHEDULE"), suspend: cell(row, "SUSPEND") === "True" },
      status: { lastScheduleTime: before(now, ageMs(cell(row, "LAST SCHEDULE"))) },
    };
  },
  HorizontalPodAutoscaler: autoscaler,
  PersistentVolume(row) {
    const [namespace, name] = cell(row, "CLAIM").split("/");
    return {
      spec: { claimRef: { namespace, name }, persistentVolumeReclaimPolicy: cell(row, "RECLAIM POLICY") },
      status: { phase: cell(row, "STATUS"), reason: cell(row, "REASON") },
    };
  },
  PodDisruptionBudget(row) {
    const limit = (name: string) => (cell(row, name) === "N/A" ? undefined : cell(row, name));
    const status = cell(row, "ALLOWED DISRUPTIONS") === "0" ? "False" : "True";
    return {
      spec: { minAvailable: limit("MIN AVAILABLE"), maxUnavailable: limit("MAX UNAVAILABLE") },
      status: { conditions: [{ type: "DisruptionAllowed", status }] },
    };
  },
  Service(row) {
    const address = row.get("EXTERNAL-IP") ?? "";
    return {
      spec: { type: cell(row, "TYPE") },
      status: { loadBalancer: { ingress: /^<\w+>$/.test(address) ? [] : [{ ip: address }] } },
    };
  },
};

/** `cpu: 97%/80%`, or `97%/80%` as older versions write it; `<unknown>/80%` where no metric is had. */
function autoscaler(row: Row): object {
  const [kind, name] = cell(row, "REFERENCE").split("/");
  const targets = row.get("TARGETS") ?? "";
  const told = [...targets.matchAll(/(?:(\w+): )?(\d+)%\/(\d+)%/g)].map(([, metric = "cpu", is, aim]) => ({
    name: metric,
    is: Number(is),
    aim: Number(aim),
  }));
  const unknown = {
    type: "ScalingActive",
    status: "False",
    reason: "TargetsUnknown",
    message: `TARGETS: ${targets}`,
  };
  return {
    spec: {
      scaleTargetRef: { kind, name },
      minReplicas: Number(cell(row, "MINPODS")),
      maxReplicas: Number(cell(row, "MAXPODS")),
      metrics: told.map(({ name, aim }) => ({ resource: { name, target: { averageUtilization: aim } } })),
    },
    status: {
      currentReplicas: Number(cell(row, "REPLICAS")),
      currentMetrics: told.map(({ name, is }) => ({
        resource: { name, current: { averageUtilization: is } },
      })),
      conditions: targets.includes("<unknown>") ? [unknown] : [],
    },
  };
}

/** Columns in which operators show their object's phase or health. */
const STATES: readonly (readonly [column: string, key: string])[] = [
  ["PHASE", "phase"],
  ["STATE", "state"],
  ["HEALTH", "health"],
  ["HEALTH STATUS", "healthStatus"],
  ["STATUS", "phase"],
];

/** An object of a kind that nobody here knows, by the columns that operators have in common; undefined without one. */
export function listedCustom(
  row: Row,
  typed: string | undefined,
  metadata: { readonly name: string; readonly namespace: string },
  now: number,
): object | undefined {
  const ready = cell(row, "READY");
  const isReady = /^(True|False|Unknown)$/.test(ready);
  const states = STATES.filter(([column]) => /^[A-Za-z_]+$/.test(cell(row, column)));
  if (typed === undefined || typed === "" || (!isReady && states.length === 0)) return undefined;
  const [plural = "", ...group] = typed.split(".");
  const word = plural.replace(/ies$/, "y").replace(/s$/, "");
  const kind = word.charAt(0).toUpperCase() + word.slice(1);
  const message =
    cell(row, "MESSAGE") || (states.some(([column]) => column === "STATUS") ? "" : cell(row, "STATUS"));
  return {
    kind,
    apiVersion: `${group.join(".") || HOME[kind] || "unknown"}/v1`,
    metadata: { ...metadata, creationTimestamp: before(now, ageMs(cell(row, "AGE"))) },
    status: {
      ...Object.fromEntries(states.map(([column, key]) => [key, cell(row, column)]).reverse()),
      message,
      conditions: isReady ? [{ type: "Ready", status: ready, reason: cell(row, "REASON"), message }] : [],
    },
  };
}
