import { before, seen, timeOf } from "./age.ts";
import type { Command } from "./command.ts";
import { conditionsIn, describedPod } from "./described-pod.ts";
import { bodyOf, field, pairsOf, type Section, sectionsOf } from "./sections.ts";
import { cell, type Row, rowsOf } from "./table.ts";

/** What a description holds: an object of a known kind, and the events about it. */
export interface Described {
  /** No earlier than this was it read, in milliseconds since the epoch. */
  readonly readAfter: number | undefined;
  /** Ages count back from `now`. Undefined where the kind is not known and nothing happened to it. */
  objects(now: number): object[] | undefined;
}

/** `kubectl describe` of one object. What kind it is stands in no line of it: its keys tell, else the command. */
export function described(lines: readonly string[], command: Command | undefined): Described {
  const sections = sectionsOf(lines);
  const kind = kindByKeys(sections) ?? command?.kind ?? "";
  const whole = field(sections, "Name");
  const name = whole.slice(whole.indexOf("/") + 1);
  const namespace = field(sections, "Namespace") || (kind === "Node" ? "" : (command?.namespace ?? ""));
  const created = timeOf(field(sections, "CreationTimestamp") || field(sections, "Start Time"));
  const events = rowsOf(bodyOf(sections, "Events"));
  const oldest = Math.max(0, ...events.map((row) => seen(cell(row, "Age")).firstMs ?? 0));
  return {
    readAfter: created === undefined ? undefined : Date.parse(created) + oldest,
    objects(now) {
      const about = { kind, name, namespace };
      const rest = facts[kind]?.(sections);
      if (rest === undefined && events.length === 0) return undefined;
      const lasts = /^Terminating \(lasts (\S+)\)/.exec(field(sections, "Status"))?.[1] ?? "";
      const deleted = before(now, seen(lasts).lastMs);
      const controller = /^(\w+)\/(\S+)$/.exec(field(sections, "Controlled By"));
      const object = {
        kind,
        metadata: {
          name,
          namespace,
          labels: pairsOf(sections, "Labels"),
          creationTimestamp: created ?? before(now, oldest === 0 ? undefined : oldest),
          ...(deleted === undefined ? {} : { deletionTimestamp: deleted }),
          ...(controller === null
            ? {}
            : { ownerReferences: [{ kind: controller[1], name: controller[2], controller: true }] }),
        },
        ...rest,
      };
      const pods = kind === "Node" ? podsOn(sections, name) : [];
      return [
        ...(rest === undefined ? [] : [object]),
        ...pods,
        ...events.map((row) => eventOf(row, about, now)),
      ];
    },
  };
}

/** One row of a table of events, about the object of its OBJECT column or the one that is described. */
export function eventOf(
  row: Row,
  about: { readonly kind: string; readonly name: string; readonly namespace: string },
  now: number,
): object {
  const column = (name: string): string => cell(row, name) || cell(row, name.toUpperCase());
  const told = seen(column("Age") || column("Last Seen"));
  return {
    kind: "Event",
    metadata: { namespace: about.namespace },
    involvedObject: about,
    type: column("Type"),
    reason: column("Reason"),
    message: column("Message"),
    count: told.count,
    firstTimestamp: before(now, told.firstMs),
    lastTimestamp: before(now, told.lastMs),
  };
}

/** Keys that only one kind has. */
const telling: readonly (readonly [kind: string, key: string])[] = [
  ["Pod", "QoS Class"],
  ["Deployment", "StrategyType"],
  ["Job", "Completions"],
  ["Node", "Allocatable"],
  ["PersistentVolumeClaim", "StorageClass"],
  ["StatefulSet", "Update Strategy"],
  ["DaemonSet", "Desired Number of Nodes Scheduled"],
  // Last of those that have it: stateful and daemon sets count their pods so, too.
  ["ReplicaSet", "Pods Status"],
  // `argocd app get` writes in the same way.
  ["Application", "Sync Status"],
];

function kindByKeys(sections: readonly Section[]): string | undefined {
  const found = telling.find(([, key]) => sections.some((section) => section.key === key));
  return found?.[0] ?? (sections.some(({ key }) => key === "Containers") ? "Pod" : undefined);
}

const facts: Readonly<Record<string, (sections: readonly Section[]) => object>> = {
  Pod: describedPod,
  Deployment: (sections) => {
    const counts = countsIn(field(sections, "Replicas"));
    return {
      spec: { replicas: counts.desired ?? 0 },
      status: {
        updatedReplicas: counts.updated,
        readyReplicas: counts.available,
        availableReplicas: counts.available,
        unavailableReplicas: counts.unavailable,
        conditions: conditionsIn(sections),
      },
    };
  },
  StatefulSet: (sections) => {
    const ready = countsIn(field(sections, "Pods Status")).Running;
    return {
      spec: { replicas: countsIn(field(sections, "Replicas")).desired ?? 0 },
      status: { readyReplicas: ready },
    };
  },
  ReplicaSet: (sections) => ({
    spec: { replicas: countsIn(field(sections, "Replicas")).desired ?? 0 },
    status: {
      readyReplicas: countsIn(field(sections, "Pods Status")).Running,
      conditions: conditionsIn(sections),
    },
  }),
  DaemonSet: (sections) => ({
    spec: {},
    status: {
      desiredNumberScheduled: Number(field(sections, "Desired Number of Nodes Scheduled")),
      numberReady: Number(field(sections, "Number of Nodes Scheduled with Available Pods")),
      numberMisscheduled: Number(field(sections, "Number of Nodes Misscheduled")),
    },
  }),
  Job: (sections) => {
    const counts = countsIn(field(sections, "Pods Statuses"));
    // The condition is not described; the event that goes with it is.
    const gaveUp = rowsOf(bodyOf(sections, "Events")).find((row) =>
      ["BackoffLimitExceeded", "DeadlineExceeded"].includes(cell(row, "Reason")),
    );
    return {
      spec: {
        suspend: field(sections, "Suspend") === "true",
        backoffLimit: numberIn(field(sections, "Backoff Limit")),
        activeDeadlineSeconds: numberIn(field(sections, "Active Deadline Seconds").replace(/s$/, "")),
      },
      status: {
        active: counts.Active,
        succeeded: counts.Succeeded,
        failed: counts.Failed,
        conditions:
          gaveUp === undefined
            ? []
            : [
                {
                  type: "Failed",
                  status: "True",
                  reason: cell(gaveUp, "Reason"),
                  message: cell(gaveUp, "Message"),
                },
              ],
      },
    };
  },
  Node: (sections) => ({
    spec: {
      unschedulable: field(sections, "Unschedulable") === "true",
      taints: [field(sections, "Taints"), ...bodyOf(sections, "Taints")]
        .map((line) => /^(\S+?)(?:=(\S*?))?:(\w+)$/.exec(line.trim()))
        .filter((taint) => taint !== null)
        .map(([, key, value = "", effect]) => ({ key, value, effect })),
    },
    status: {
      conditions: conditionsIn(sections),
      capacity: pairsOf(sections, "Capacity"),
      allocatable: pairsOf(sections, "Allocatable"),
    },
  }),
  Application: (sections) => {
    const first = (key: string) => field(sections, key).split(" ")[0];
    return {
      apiVersion: "argoproj.io/v1alpha1",
      status: {
        sync: { status: first("Sync Status") },
        health: { status: first("Health Status") },
        operationState: {
          phase: field(sections, "Phase"),
          message: field(sections, "Message"),
          finishedAt: timeOf(field(sections, "Finished").replace(/ [A-Z]+$/, "")),
        },
      },
    };
  },
  PersistentVolumeClaim: (sections) => ({
    spec: {
      storageClassName: field(sections, "StorageClass"),
      volumeName: field(sections, "Volume"),
    },
    status: { phase: field(sections, "Status").split(" ")[0] },
  }),
};

/** `1 desired | 1 updated | 0 available` or `0 Active (0 Ready) / 2 Failed`. */
function countsIn(words: string): Record<string, number> {
  return Object.fromEntries(
    [...words.matchAll(/(\d+) (\w+)/g)].map(([, count = "0", what = ""]) => [what, Number(count)]),
  );
}

function numberIn(words: string): number | undefined {
  return /^\d+$/.test(words) ? Number(words) : undefined;
}

/** The pods that a node's description lists; no more is known of them than where they run. */
function podsOn(sections: readonly Section[], nodeName: string): object[] {
  return rowsOf(bodyOf(sections, "Non-terminated Pods")).map((row) => ({
    kind: "Pod",
    metadata: { name: cell(row, "Name"), namespace: cell(row, "Namespace") },
    spec: { nodeName },
    status: {},
  }));
}
