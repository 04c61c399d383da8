import type { KubernetesObject, ResourceName } from "../world/cluster.ts";
import { nodeStatus, podReady, podRestarts, podStatus } from "./row-status.ts";
import { fieldOf } from "./selectors.ts";

type Cell = string | number;

export interface Column {
  readonly title: string;
  readonly type?: "string" | "integer";
  /** Shown by `-o wide` only. */
  readonly wide?: boolean;
  cell(object: KubernetesObject, now: number): Cell;
}

const NONE = "<none>";
const name = text("Name", "metadata.name");
const age: Column = { title: "Age", cell: (object, now) => since(object.metadata.creationTimestamp, now) };
const containers = wide("Containers", (object) => containersOf(object).map((one) => one.name));
const images = wide("Images", (object) => containersOf(object).map((one) => one.image));
const selector = wide("Selector", (object) => pairs(fieldOf(object, "spec.selector.matchLabels")));

/** For kinds without columns of their own. */
export const NAME_ONLY: readonly Column[] = [name, text("Created At", "metadata.creationTimestamp")];

/** The API server's own columns, kind by kind: what `kubectl get` shows. */
export const COLUMNS: Partial<Record<ResourceName, readonly Column[]>> = {
  namespaces: [name, text("Status", "status.phase"), age],
  nodes: [
    name,
    { title: "Status", cell: nodeStatus },
    { title: "Roles", cell: () => NONE },
    age,
    text("Version", "status.nodeInfo.kubeletVersion"),
    wide("OS-Image", (object) => [fieldOf(object, "status.nodeInfo.osImage")]),
    wide("Container-Runtime", (object) => [fieldOf(object, "status.nodeInfo.containerRuntimeVersion")]),
  ],
  pods: [
    name,
    { title: "Ready", cell: podReady },
    { title: "Status", cell: podStatus },
    { title: "Restarts", cell: (object, now) => podRestarts(object, (at) => since(at, now)) },
    age,
    wide("IP", (object) => [fieldOf(object, "status.podIP")]),
    wide("Node", (object) => [fieldOf(object, "spec.nodeName")]),
    wide("Nominated Node", () => []),
    wide("Readiness Gates", () => []),
  ],
  services: [
    name,
    text("Type", "spec.type"),
    text("Cluster-IP", "spec.clusterIP"),
    { title: "External-IP", cell: () => NONE },
    { title: "Port(s)", cell: (object) => list(fieldOf(object, "spec.ports")).map(port).join(",") },
    age,
    wide("Selector", (object) => pairs(fieldOf(object, "spec.selector"))),
  ],
  events: [
    { title: "Last Seen", cell: (object, now) => since(object.lastTimestamp, now) },
    text("Type", "type"),
    text("Reason", "reason"),
    {
      title: "Object",
      cell: (object) =>
        `${String(fieldOf(object, "involvedObject.kind")).toLowerCase()}/${fieldOf(object, "involvedObject.name")}`,
    },
    wide("Source", (object) => [fieldOf(object, "source.component"), fieldOf(object, "source.host")]),
    text("Message", "message"),
    { title: "First Seen", wide: true, cell: (object, now) => since(object.firstTimestamp, now) },
    { ...count("Count", "count"), wide: true },
    { ...name, wide: true },
  ],
  configmaps: [
    name,
    { title: "Data", type: "integer", cell: (object) => Object.keys(object.data ?? {}).length },
    age,
  ],
  persistentvolumeclaims: [
    name,
    text("Status", "status.phase"),
    text("Volume", "spec.volumeName"),
    text("Capacity", "status.capacity.storage"),
    {
      title: "Access Modes",
      cell: (object) =>
        list(fieldOf(object, "spec.accessModes"))
          .map((mode) => String(mode).replace(/[a-z]/g, ""))
          .join(","),
    },
    text("StorageClass", "spec.storageClassName"),
    age,
  ],
  deployments: [
    name,
    share("Ready", "status.readyReplicas", "spec.replicas"),
    count("Up-to-date", "status.updatedReplicas"),
    count("Available", "status.availableReplicas"),
    age,
    ...[containers, images, selector],
  ],
  replicasets: [
    name,
    count("Desired", "spec.replicas"),
    count("Current", "status.replicas"),
    count("Ready", "status.readyReplicas"),
    age,
    ...[containers, images, selector],
  ],
  statefulsets: [name, share("Ready", "status.readyReplicas", "status.replicas"), age, containers, images],
  daemonsets: [
    name,
    count("Desired", "status.desiredNumberScheduled"),
    count("Current", "status.currentNumberScheduled"),
    count("Ready", "status.numberReady"),
    count("Up-to-date", "status.updatedNumberScheduled"),
    count("Available", "status.numberAvailable"),
    { title: "Node Selector", cell: () => NONE },
    age,
    ...[containers, images, selector],
  ],
  controllerrevisions: [
    name,
    {
      title: "Controller",
      cell: (object) => {
        const [owner] = list(object.metadata.ownerReferences) as { kind: string; name: string }[];
        return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : NONE;
      },
    },
    count("Revision", "revision"),
    age,
  ],
  horizontalpodautoscalers: [
    name,
    {
      title: "Reference",
      cell: (object) =>
        `${fieldOf(object, "spec.scaleTargetRef.kind")}/${fieldOf(object, "spec.scaleTargetRef.name")}`,
    },
    { title: "Targets", cell: targets },
    text("MinPods", "spec.minReplicas"),
    count("MaxPods", "spec.maxReplicas"),
    count("Replicas", "status.currentReplicas"),
    age,
  ],
  poddisruptionbudgets: [
    name,
    text("Min Available", "spec.minAvailable", "N/A"),
    text("Max Unavailable", "spec.maxUnavailable", "N/A"),
    count("Allowed Disruptions", "status.disruptionsAllowed"),
    age,
  ],
};

function text(title: string, path: string, absent = ""): Column {
  return { title, cell: (object) => String(fieldOf(object, path) ?? absent) };
}

function count(title: string, path: string): Column {
  return { title, type: "integer", cell: (object) => Number(fieldOf(object, path) ?? 0) };
}

function share(title: string, part: string, whole: string): Column {
  return { title, cell: (object) => `${fieldOf(object, part) ?? 0}/${fieldOf(object, whole) ?? 1}` };
}

function wide(title: string, values: (object: KubernetesObject) => readonly unknown[]): Column {
  return {
    title,
    wide: true,
    cell: (object) =>
      values(object)
        .filter((value) => value !== undefined)
        .join(",") || NONE,
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function pairs(labels: unknown): string[] {
  return Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
}

function port(value: unknown): string {
  const { port: number, protocol } = value as { port: number; protocol: string };
  return `${number}/${protocol}`;
}

function containersOf(object: KubernetesObject): { name: string; image: string }[] {
  return list(fieldOf(object, "spec.template.spec.containers")) as { name: string; image: string }[];
}

function targets(object: KubernetesObject): string {
  const wanted = list(fieldOf(object, "spec.metrics"))[0];
  const current = list(fieldOf(object, "status.currentMetrics"))[0];
  const used = fieldOf(current, "resource.current.averageUtilization") ?? "<unknown>";
  return `cpu: ${used}%/${fieldOf(wanted, "resource.target.averageUtilization")}%`;
}

/** How kubectl writes an age: two units while they tell something, one when they do not. */
function since(time: unknown, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(String(time))) / 1000));
  if (Number.isNaN(seconds)) return "<unknown>";
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  const both = (whole: string, part: number, unit: string) => (part === 0 ? whole : `${whole}${part}${unit}`);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return both(`${minutes}m`, seconds % 60, "s");
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return both(`${hours}h`, minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (days < 8) return both(`${days}d`, hours % 24, "h");
  if (days < 730) return `${days}d`;
  return both(`${Math.floor(days / 365)}y`, days % 365, "d");
}
