import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { list, strings, text, time } from "./raw.ts";
import { type ObjectEvent, pointer, type Resource } from "./resource.ts";
import { duration, quote, some } from "./words.ts";

const SETTLES_MS = 30_000;
const STUCK_MS = 10 * 60_000;
const TROUBLE = new Set([
  "ProvisioningFailed",
  "FailedBinding",
  "ExternalProvisioning",
  "VolumeResizeFailed",
  "ClaimLost",
  "ClaimMisbound",
]);

/** Volume claims that are lost or that nothing provides. One that waits for its first consumer is fine. */
export const volumeClaim: Check = {
  kinds: ["PersistentVolumeClaim"],
  check(object, cluster) {
    const phase = text(object.raw, "status", "phase");
    if (phase === "Lost") {
      const summary = `PersistentVolumeClaim ${object.name} has lost its volume${prefixed(text(object.raw, "spec", "volumeName"))}; the data behind it is not reachable.`;
      return [
        {
          code: "k8s.pvc_lost",
          severity: "critical",
          confidence: 0.95,
          at: object,
          summary,
          evidence: [pointer(object, "status", "phase")],
        },
      ];
    }
    return phase === "Pending" ? pending(object, cluster) : resizing(object);
  },
};

function pending(object: Resource, cluster: Cluster): readonly Draft[] {
  const age = object.createdAt === undefined ? undefined : cluster.now - object.createdAt;
  if (age !== undefined && age < SETTLES_MS) return [];
  const own = cluster.eventsOf(object);
  const event = best(own) ?? best(cluster.looseEvents(object.namespace));
  const missing = missingClass(object, cluster);
  if (event === undefined && missing !== undefined) return [missing];
  const waits =
    own.some(({ reason }) => reason === "WaitForFirstConsumer" || reason === "WaitForPodScheduled") ||
    (bindsLate(object, cluster) && !isUsed(object, cluster));
  if (event === undefined && (waits || age === undefined || age < STUCK_MS)) return [];
  const name = text(object.raw, "spec", "storageClassName");
  const known = name !== "" && cluster.find("StorageClass", "", name) !== undefined;
  const storage =
    name === ""
      ? "it names no storage class"
      : `storage class ${name}${known ? ` (provisioner ${provisioner(name, cluster)})` : ""}`;
  return [
    {
      code: "k8s.pvc_pending",
      severity: event === undefined ? "warning" : "critical",
      confidence: event === undefined ? 0.6 : 0.95,
      at: object,
      since: object.createdAt ?? event?.first,
      summary:
        `PersistentVolumeClaim ${object.name} is Pending (unbound)${age === undefined ? "" : ` for ${duration(age)}`}, ${storage}` +
        `${event === undefined ? "." : `: ${event.reason}: ${quote(event.message)}`}`,
      evidence: [pointer(object, "status", "phase"), ...(event ? [pointer(event.resource)] : [])],
    },
  ];
}

function prefixed(words: string): string {
  return words === "" ? "" : ` ${words}`;
}

/** Claims of a class that no StorageClass has are bound by hand, to a volume of the same class. */
function missingClass(object: Resource, cluster: Cluster): Draft | undefined {
  const name = text(object.raw, "spec", "storageClassName");
  const isThere =
    cluster.find("StorageClass", "", name) !== undefined ||
    cluster.ofKind("PersistentVolume").some(({ raw }) => text(raw, "spec", "storageClassName") === name);
  if (name === "" || isThere || !cluster.lists("StorageClass")) return undefined;
  const there = cluster.ofKind("StorageClass").map((other) => other.name);
  return {
    code: "k8s.pvc_pending",
    severity: "critical",
    confidence: 0.85,
    at: object,
    since: object.createdAt,
    summary: `PersistentVolumeClaim ${object.name} is Pending (unbound): storage class ${name} does not exist (there: ${some(there, 5) || "none"}).`,
    evidence: [pointer(object, "spec", "storageClassName")],
  };
}

function bindsLate(object: Resource, cluster: Cluster): boolean {
  const { raw } = cluster.find("StorageClass", "", text(object.raw, "spec", "storageClassName")) ?? {};
  return text(raw, "volumeBindingMode") === "WaitForFirstConsumer";
}

function isUsed({ namespace, name }: Resource, cluster: Cluster): boolean {
  const used = cluster.once(`claims used in ${namespace}`, () =>
    cluster
      .inNamespace("Pod", namespace)
      .flatMap(({ raw }) => list(raw, "spec", "volumes"))
      .map((volume) => text(volume, "persistentVolumeClaim", "claimName")),
  );
  return used.includes(name);
}

function best(events: readonly ObjectEvent[]): ObjectEvent | undefined {
  const known = events.filter(({ reason }) => TROUBLE.has(reason));
  return known.find(({ type }) => type === "Warning") ?? known[0];
}

function provisioner(name: string, cluster: Cluster): string {
  return text(cluster.find("StorageClass", "", name)?.raw, "provisioner");
}

function resizing(object: Resource): readonly Draft[] {
  const failed = ["ControllerResizeError", "NodeResizeError", "ModifyVolumeError"]
    .map((type) => condition(object, type))
    .find((entry) => entry !== undefined && text(entry, "status") !== "False");
  const waiting = condition(object, "FileSystemResizePending");
  const entry = failed ?? (text(waiting, "status") === "True" ? waiting : undefined);
  const stuck = [...strings(object.raw, "status", "allocatedResourceStatuses").values()].find((state) =>
    /Infeasible|Failed/.test(state),
  );
  if (entry === undefined && stuck === undefined) return [];
  const isTrouble = failed !== undefined || stuck !== undefined;
  return [
    {
      code: "k8s.pvc_pending",
      severity: isTrouble ? "warning" : "info",
      confidence: 0.8,
      at: object,
      since: time(entry, "lastTransitionTime"),
      summary: `PersistentVolumeClaim ${object.name} ${isTrouble ? "cannot be resized" : "is larger, but its file system is not yet"}${stuck === undefined ? "" : ` (${stuck})`}: ${quote(text(entry, "message")) || "no message is given"}`,
      evidence: [pointer(object, "status")],
    },
  ];
}
