import { list, text } from "./raw.ts";
import {
  absent,
  addressOf,
  kindOf,
  type ObjectEvent,
  type Resource,
  toEvent,
  toResource,
} from "./resource.ts";

const MAX_OBJECTS = 400_000;

/** What a container wrote: of the one that runs (or ended last) and of the one before it. */
export interface ContainerLogs {
  readonly current: readonly string[];
  readonly previous: readonly string[];
}

/** The given objects, indexed once: every lookup a check makes is a map's. */
export interface Cluster {
  readonly now: number;
  all(): Iterable<Resource>;
  ofKind(kind: string): readonly Resource[];
  inNamespace(kind: string, namespace: string): readonly Resource[];
  find(kind: string, namespace: string, name: string): Resource | undefined;
  /** Whether objects of this kind were given for this namespace (or at all): only then is absence a fact. */
  lists(kind: string, namespace?: string): boolean;
  /** Whether an object is known not to be there. */
  isAbsent(kind: string, namespace: string, name: string): boolean;
  /** What it belongs to, up to the workload a person would name; itself when nothing owns it. */
  rootOf(resource: Resource): Resource;
  ownedBy(owner: Resource, kind: string): readonly Resource[];
  /** Pods of a namespace that carry all of these labels. */
  podsWith(namespace: string, labels: ReadonlyMap<string, string>): readonly Resource[];
  /** The pods that stand on a node. */
  onNode(name: string): readonly Resource[];
  eventsOf(resource: Resource): readonly ObjectEvent[];
  events(): Iterable<ObjectEvent>;
  /** Events of a namespace that do not say what they are about. */
  looseEvents(namespace: string): readonly ObjectEvent[];
  logsOf(pod: Resource, container: string): ContainerLogs;
  /** What many objects ask of the whole cluster (the nodes' taints, say), worked out once. */
  once(key: string, make: () => readonly string[]): readonly string[];
}

/** Indexes objects (lists are opened, also inside lists); `notes` says what was left out. */
export function indexCluster(
  objects: readonly unknown[],
  context: {
    readonly now: Date;
    readonly logs?: ReadonlyMap<string, ContainerLogs> | undefined;
    readonly whole?: ReadonlySet<string> | undefined;
    readonly absent?: ReadonlySet<string> | undefined;
  },
): { readonly cluster: Cluster; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const byKind = new Map<string, Resource[]>();
  const byAddress = new Map<string, Resource>();
  const answers = new Map<string, readonly string[]>();
  const byNamespace = new Map<string, Resource[]>();
  const children = new Map<string, Resource[]>();
  const byLabel = new Map<string, Resource[]>();
  const byNode = new Map<string, Resource[]>();
  const events = new Map<string, ObjectEvent[]>();
  let unreadable = 0;
  let taken = 0;
  for (const { raw, kind: told } of opened(objects)) {
    const kind = kindOf(told, text(raw, "apiVersion"));
    const resource = toResource(raw, kind);
    if (kind === "" || (resource.name === "" && kind !== "Event" && kind !== "GatewayClass")) {
      unreadable++;
      continue;
    }
    if (++taken > MAX_OBJECTS) continue;
    if (kind === "Event") {
      const event = toEvent(resource);
      push(events, event.about.name === "" ? `/${resource.namespace}` : addressOf(event.about), event);
      continue;
    }
    const address = addressOf(resource);
    if (byAddress.has(address)) continue;
    byAddress.set(address, resource);
    push(byKind, kind, resource);
    push(byNamespace, `${kind} ${resource.namespace}`, resource);
    if (resource.owner) {
      push(
        children,
        `${kind} of ${addressOf({ ...resource.owner, namespace: resource.namespace })}`,
        resource,
      );
    }
    if (kind === "Pod") {
      push(byNode, text(raw, "spec", "nodeName"), resource);
      for (const [key, value] of resource.labels)
        push(byLabel, `${resource.namespace} ${key}=${value}`, resource);
    }
  }
  if (unreadable > 0)
    notes.push(
      unreadable === 1
        ? "1 entry is no Kubernetes object (no kind or no name) and was not read."
        : `${unreadable} entries are no Kubernetes objects (no kind or no name) and were not read.`,
    );
  if (taken > MAX_OBJECTS) notes.push(`Only the first ${MAX_OBJECTS} of ${taken} objects were read.`);

  // Without a word what it is about, an event fits the only object of the kind that it can be about.
  const meant = ({ kind, namespace }: Resource): readonly ObjectEvent[] => {
    const reasons = ABOUT[kind];
    const isOnly = byNamespace.get(`${kind} ${namespace}`)?.length === 1;
    const loose = reasons === undefined || !isOnly ? [] : (events.get(`/${namespace}`) ?? []);
    return loose.filter(({ reason }) => reasons?.has(reason));
  };

  const cluster: Cluster = {
    now: context.now.getTime(),
    all: () => byAddress.values(),
    ofKind: (kind) => byKind.get(kind) ?? [],
    find: (kind, namespace, name) => byAddress.get(addressOf({ kind, namespace, name })),
    once(key, make) {
      const known = answers.get(key) ?? make();
      answers.set(key, known);
      return known;
    },
    inNamespace: (kind, namespace) => byNamespace.get(`${kind} ${namespace}`) ?? [],
    lists: (kind, namespace) =>
      context.whole?.has(kind) ??
      (namespace === undefined ? byKind.has(kind) : byNamespace.has(`${kind} ${namespace}`)),
    isAbsent(kind, namespace, name) {
      const address = addressOf({ kind, namespace, name });
      return !byAddress.has(address) && (context.absent?.has(address) || cluster.lists(kind, namespace));
    },
    rootOf(resource) {
      let here = resource;
      for (let step = 0; step < 4 && isPart(here.kind); step++) {
        const above = ownerOf(here, cluster);
        if (above === undefined) break;
        here = above;
      }
      return here;
    },
    ownedBy: (owner, kind) => children.get(`${kind} of ${addressOf(owner)}`) ?? [],
    podsWith(namespace, labels) {
      // The rarest label first: a selector costs what its smallest group holds.
      const groups = [...labels].map(([key, value]) => byLabel.get(`${namespace} ${key}=${value}`) ?? []);
      const smallest = groups.sort((a, b) => a.length - b.length)[0] ?? [];
      return smallest.filter((pod) => carries(pod.labels, labels));
    },
    onNode: (name) => byNode.get(name) ?? [],
    events: () => [...events.values()].flat(),
    eventsOf(resource) {
      const own = events.get(addressOf(resource)) ?? [];
      // Some tools' events name the object and not its kind.
      const untyped = events.get(addressOf({ ...resource, kind: "" }));
      const loose = meant(resource);
      return untyped === undefined && loose.length === 0 ? own : [...own, ...(untyped ?? []), ...loose];
    },
    looseEvents: (namespace) => events.get(`/${namespace}`) ?? [],
    logsOf: (pod, container) =>
      context.logs?.get(`${pod.namespace}/${pod.name}/${container}`) ??
      context.logs?.get(`${pod.name}/${container}`) ??
      context.logs?.get(pod.name) ?? { current: [], previous: [] },
  };
  return { cluster, notes };
}

const ABOUT: Readonly<Record<string, ReadonlySet<string>>> = {
  Job: new Set(["BackoffLimitExceeded"]),
  Pod: new Set([
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedMount",
    "FailedScheduling",
    "Unhealthy",
  ]),
  PodDisruptionBudget: new Set(["NoPods"]),
  StatefulSet: new Set(["FailedCreate"]),
};

export function carries(labels: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of wanted) if (labels.get(key) !== value) return false;
  return true;
}

/** Kinds that are a part of something larger; what an operator's own object owns stays what it is. */
function isPart(kind: string): boolean {
  return kind === "Pod" || kind === "ReplicaSet" || kind === "Job" || kind === "ReplicationController";
}

function ownerOf(resource: Resource, cluster: Cluster): Resource | undefined {
  const { owner, namespace, labels } = resource;
  if (owner === undefined) return deploymentByName(resource, cluster);
  // A static pod's mirror is owned by its node, which is no workload.
  if (owner === undefined || owner.kind === "Node" || owner.kind === "" || owner.name === "")
    return undefined;
  const known = cluster.find(owner.kind, namespace, owner.name);
  if (known) return known;
  const hash = labels.get("pod-template-hash");
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    const name = owner.name.slice(0, -hash.length - 1);
    return cluster.find("Deployment", namespace, name) ?? absent("Deployment", namespace, name);
  }
  return absent(owner.kind, namespace, owner.name);
}

const NAMED_AFTER: Readonly<Record<string, RegExp>> = {
  Pod: /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{4,5}$/,
  ReplicaSet: /^(.+)-[a-z0-9]{6,10}$/,
};

/**
 * A pod read from a table or a summary names no owner; a given Deployment's name with a hash and a suffix behind it does.
 * What the API itself answered has a uid, and then no owner means none.
 */
function deploymentByName(pod: Resource, cluster: Cluster): Resource | undefined {
  if (text(pod.raw, "metadata", "uid") !== "") return undefined;
  const [, name] = NAMED_AFTER[pod.kind]?.exec(pod.name) ?? [];
  return name === undefined ? undefined : cluster.find("Deployment", pod.namespace, name);
}

function* opened(values: readonly unknown[], of = "", depth = 0): Generator<{ raw: unknown; kind: string }> {
  for (const raw of values) {
    const kind = text(raw, "kind") || of;
    if (kind.endsWith("List") && depth < 4) {
      yield* opened(list(raw, "items"), kind === "List" ? "" : kind.slice(0, -"List".length), depth + 1);
    } else if (Array.isArray(raw) && depth < 4) yield* opened(raw, of, depth + 1);
    else yield { raw, kind };
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
