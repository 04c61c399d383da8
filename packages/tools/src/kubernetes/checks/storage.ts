import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { text } from "./raw.ts";
import { type ObjectEvent, pointer, type Resource } from "./resource.ts";
import { duration, quote } from "./words.ts";

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
      const summary = `PersistentVolumeClaim ${object.name} has lost its volume ${text(object.raw, "spec", "volumeName")}; the data behind it is not reachable.`;
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
  const waits = own.some(
    ({ reason }) => reason === "WaitForFirstConsumer" || reason === "WaitForPodScheduled",
  );
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

function best(events: readonly ObjectEvent[]): ObjectEvent | undefined {
  const known = events.filter(({ reason }) => TROUBLE.has(reason));
  return known.find(({ type }) => type === "Warning") ?? known[0];
}

function provisioner(name: string, cluster: Cluster): string {
  return text(cluster.find("StorageClass", "", name)?.raw, "provisioner");
}

function resizing(object: Resource): readonly Draft[] {
  const resize = condition(object, "ControllerResizeError") ?? condition(object, "NodeResizeError");
  if (resize === undefined) return [];
  const summary = `PersistentVolumeClaim ${object.name} cannot be resized: ${quote(text(resize, "message"))}`;
  return [
    {
      code: "k8s.pvc_pending",
      severity: "warning",
      confidence: 0.8,
      at: object,
      summary,
      evidence: [pointer(object, "status", "conditions")],
    },
  ];
}
