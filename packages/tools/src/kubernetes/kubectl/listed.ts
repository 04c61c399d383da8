import { ageMs, before } from "./age.ts";
import type { Command } from "./command.ts";
import { eventOf } from "./described.ts";
import { kindNamed } from "./kinds.ts";
import { listedCustom, listedKind } from "./listed-kinds.ts";
import { goingSince, listedPod } from "./listed-pod.ts";
import { cell, type Row, rowsOf } from "./table.ts";

/** The objects of a table as `kubectl get` prints it; undefined for a kind that a table tells too little of. */
export function listed(
  lines: readonly string[],
  command: Command | undefined,
  now: number,
): object[] | undefined {
  const rows = rowsOf(lines);
  const [first] = rows;
  if (first === undefined) return [];
  const columns = [...first.keys()];
  const kind = kindByColumns(columns) ?? command?.kind;
  const objects = rows
    .map((row) => objectOf(row, kind, command, now))
    .filter((object) => object !== undefined);
  return objects.length === 0 ? undefined : objects;
}

function objectOf(
  row: Row,
  tableKind: string | undefined,
  command: Command | undefined,
  now: number,
): object | undefined {
  const namespace = cell(row, "NAMESPACE") || (command?.namespace ?? "");
  if (tableKind === "Event") {
    const [kind = "", name = ""] = cell(row, "OBJECT").split("/");
    return eventOf(row, { kind: kindNamed(kind) ?? kind, name, namespace }, now);
  }
  // `kubectl get all` writes kind and name in one.
  const [prefix, own] = cell(row, "NAME").split("/", 2);
  const kind = own === undefined ? tableKind : kindNamed(prefix ?? "");
  const name = own ?? prefix ?? "";
  const facts = kind === undefined ? undefined : (statusOf(kind, row, now) ?? listedKind(kind, row, now));
  if (kind === undefined || facts === undefined)
    return listedCustom(row, own === undefined ? command?.typedKind : prefix, { name, namespace }, now);
  const labels = labelsIn(cell(row, "LABELS"));
  return {
    kind,
    metadata: {
      name,
      namespace: NOT_IN_NAMESPACE.has(kind) ? "" : namespace,
      labels,
      creationTimestamp: before(now, ageMs(cell(row, "AGE"))),
      ...goingSince(cell(row, "STATUS"), now),
      ...ownerByLabels(name, labels),
    },
    ...facts,
  };
}

const NOT_IN_NAMESPACE = new Set(["APIService", "Node", "PersistentVolume"]);

function kindByColumns(columns: readonly string[]): string | undefined {
  const has = (...names: string[]) => names.every((name) => columns.includes(name));
  if (has("LAST SEEN", "REASON")) return "Event";
  if (has("READY", "STATUS", "RESTARTS")) return "Pod";
  if (has("DESIRED", "CURRENT", "UP-TO-DATE")) return "DaemonSet";
  if (has("UP-TO-DATE", "AVAILABLE")) return "Deployment";
  if (has("DESIRED", "CURRENT", "READY")) return "ReplicaSet";
  if (has("COMPLETIONS")) return "Job";
  if (has("STATUS", "ROLES", "VERSION")) return "Node";
  if (has("STATUS", "VOLUME", "CAPACITY", "STORAGECLASS")) return "PersistentVolumeClaim";
  if (has("STATUS", "CLAIM", "RECLAIM POLICY")) return "PersistentVolume";
  if (has("REFERENCE", "TARGETS", "MAXPODS")) return "HorizontalPodAutoscaler";
  if (has("SCHEDULE", "SUSPEND", "LAST SCHEDULE")) return "CronJob";
  if (has("MIN AVAILABLE", "ALLOWED DISRUPTIONS")) return "PodDisruptionBudget";
  if (has("SERVICE", "AVAILABLE")) return "APIService";
  if (has("CLUSTER-IP", "EXTERNAL-IP")) return "Service";
  return undefined;
}

function statusOf(kind: string, row: Row, now: number): object | undefined {
  const [ready, wanted] = cell(row, "READY").split("/").map(Number);
  const number = (name: string) => Number(cell(row, name)) || 0;
  switch (kind) {
    case "Pod":
      return listedPod(row, now);
    case "Deployment":
      return {
        spec: { replicas: wanted },
        status: {
          readyReplicas: ready,
          updatedReplicas: number("UP-TO-DATE"),
          availableReplicas: row.has("AVAILABLE") ? number("AVAILABLE") : ready,
        },
      };
    case "StatefulSet":
      return { spec: { replicas: wanted }, status: { readyReplicas: ready } };
    case "ReplicaSet":
      return { spec: { replicas: number("DESIRED") }, status: { readyReplicas: number("READY") } };
    case "DaemonSet":
      return {
        spec: {},
        status: { desiredNumberScheduled: number("DESIRED"), numberReady: number("READY") },
      };
    case "Node": {
      const [state = "", ...marks] = cell(row, "STATUS").split(",");
      return {
        spec: { unschedulable: marks.includes("SchedulingDisabled") },
        status: { conditions: [{ type: "Ready", status: state === "Ready" ? "True" : "False" }] },
      };
    }
    case "PersistentVolumeClaim":
      return {
        spec: { storageClassName: cell(row, "STORAGECLASS"), volumeName: cell(row, "VOLUME") },
        status: { phase: cell(row, "STATUS") },
      };
    case "Job": {
      const status = cell(row, "STATUS");
      const [done, of] = cell(row, "COMPLETIONS").split("/").map(Number);
      const isDone = status === "Complete" || (status === "" && done !== undefined && done === of);
      const outcome =
        status === "Failed" || isDone ? [{ type: isDone ? "Complete" : status, status: "True" }] : [];
      return { spec: {}, status: { active: status === "Running" ? 1 : 0, conditions: outcome } };
    }
    default:
      return undefined;
  }
}

function labelsIn(words: string): Record<string, string> {
  return Object.fromEntries(
    words
      .split(",")
      .map((pair) => pair.split("=", 2))
      .filter((pair): pair is [string, string] => pair.length === 2),
  );
}

/** Tables name no owner; the labels that controllers put on their pods do. */
function ownerByLabels(name: string, labels: Readonly<Record<string, string>>): object {
  const job = labels["batch.kubernetes.io/job-name"] ?? labels["job-name"];
  const hash = labels["pod-template-hash"];
  const at = hash === undefined ? -1 : name.indexOf(`-${hash}-`);
  const owner =
    job !== undefined
      ? { kind: "Job", name: job }
      : at > 0
        ? { kind: "ReplicaSet", name: `${name.slice(0, at)}-${hash}` }
        : undefined;
  return owner === undefined ? {} : { ownerReferences: [{ ...owner, controller: true }] };
}
