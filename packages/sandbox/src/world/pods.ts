import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { Crash, PodState, Scenario } from "../data/scenario.ts";
import type { ServiceData } from "../data/types.ts";
import { NAME_ALPHABET, type Random } from "./random.ts";
import type { Release, Repository } from "./repositories.ts";
import type { Timeline } from "./timeline.ts";

/** What `deploy/values.yaml` says at a release; the pods run exactly that. */
export interface DeployValues {
  readonly replicaCount: number;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string; readonly cpu?: string };
  };
  readonly readinessProbe: { readonly path: string; readonly port: number };
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly livenessProbe?: { readonly path: string; readonly port: number };
  readonly volume?: { readonly size: string };
  readonly env: Readonly<Record<string, string>>;
}

export interface PodPlan {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  /** Never (infinity) for a pod that should be there and is not. */
  readonly createdMs: number;
  /** Never for one that does not get ready. */
  readonly readyMs: number;
  /** When a newer release took its place, or it was one too many. */
  readonly endMs: number;
  readonly probeFailures: number;
  readonly crash: CrashPlan | null;
  readonly trouble: Trouble | null;
}

/** What is wrong with a pod in [fromMs, untilMs). */
export interface Trouble {
  readonly state: PodState["state"];
  readonly message: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The crashes of one container, at `firstMs` and every `everyMs` after it. */
export interface CrashPlan {
  readonly spec: Crash;
  readonly firstMs: number;
  readonly everyMs: number;
  readonly downMs: number;
}

export interface Revision {
  readonly number: number;
  readonly release: Release;
  readonly values: DeployValues;
  readonly hash: string;
  readonly replicaSet: string;
  readonly pods: readonly PodPlan[];
  /** When somebody asked for another number of replicas than `values` say. */
  readonly scale: { readonly atMs: number; readonly to: number } | null;
  /** Why pods that should be there are not, in the controller's words. */
  readonly notCreated: { readonly fromMs: number; readonly message: string } | null;
}

/** Every ReplicaSet a service has had, oldest first, and the pods in it: one is replaced after the other. */
export function planRevisions(
  service: ServiceData,
  repository: Repository,
  nodes: readonly string[],
  scenario: Scenario,
  timeline: Timeline,
  random: Random,
): Revision[] {
  const last = repository.releases.length - 1;
  const states = scenario.pod_states.filter((state) => state.service === service.name);
  const crash = scenario.crashes.find((entry) => entry.service === service.name);
  const scaled = scenario.scales.find((entry) => entry.service === service.name);
  const revisions = repository.releases.map((release, index): Revision => {
    const values = parse(release.commit.tree["deploy/values.yaml"] ?? "") as DeployValues;
    const hash = random.text(
      9,
      NAME_ALPHABET,
      `${service.name} ${createHash("sha1").update(JSON.stringify(values)).digest("hex")}`,
    );
    const replicaSet = `${service.name}-${hash}`;
    const newest = index === last;
    const stuck = newest ? troubleOf(states.find((state) => state.pods === "new")) : null;
    const planned = (i: number, createdMs: number, readyMs: number, trouble: Trouble | null): PodPlan => {
      const name = `${replicaSet}-${random.text(5, NAME_ALPHABET, `${replicaSet} ${i}`)}`;
      const doomed = trouble?.state === "NotCreated";
      return {
        name,
        uid: random.uuid(name),
        node: nodes[(i + service.name.length) % nodes.length] ?? "",
        ip: `10.0.${random.int(64, 127, name)}.${random.int(2, 250, `${name} host`)}`,
        createdMs: doomed ? Number.POSITIVE_INFINITY : createdMs,
        readyMs: trouble && trouble.fromMs <= createdMs ? trouble.untilMs : readyMs,
        endMs: Number.POSITIVE_INFINITY,
        probeFailures: release.probeFailures,
        crash: newest && crash && i < (crash.pods ?? 99) ? planCrash(crash, i, timeline) : null,
        trouble,
      };
    };
    const scale = newest && scaled ? { atMs: timeline.afterOnset(scaled.at), to: scaled.to } : null;
    const pods = Array.from({ length: values.replicaCount }, (_, i): PodPlan => {
      const step = i * (release.readySeconds + release.pauseSeconds + 4) * 1000;
      // A pod that does not get ready halts the rollout: the next one is not even created.
      const createdMs =
        index === 0 ? release.atMs : stuck && i > 0 ? stuck.untilMs + step : release.atMs + step;
      const readyMs = createdMs + release.readySeconds * 1000;
      const present = newest
        ? states.find((state) => typeof state.pods === "number" && i < state.pods)
        : undefined;
      const plan = planned(i, createdMs, readyMs, i === 0 && stuck ? stuck : troubleOf(present));
      return scale && i >= scale.to ? { ...plan, endMs: scale.atMs } : plan;
    });
    const evicted = pods.filter((pod) => pod.trouble?.state === "Evicted");
    const replacements = evicted.map(({ trouble }, i) =>
      planned(
        40 + i,
        (trouble?.fromMs ?? 0) + 2_000,
        (trouble?.fromMs ?? 0) + 2_000 + release.readySeconds * 1000,
        null,
      ),
    );
    const added = Array.from({ length: scale ? Math.max(0, scale.to - values.replicaCount) : 0 }, (_, i) => {
      const createdMs = (scale?.atMs ?? 0) + 800 * i;
      const trouble = troubleOf(states.find((state) => state.pods === "added"));
      const whole = trouble && { ...trouble, fromMs: createdMs };
      return planned(20 + i, createdMs, createdMs + (scaled?.ready_seconds ?? 30) * 1000, whole);
    });
    const missing = newest ? states.find((state) => state.state === "NotCreated") : undefined;
    return {
      number: index + 1,
      release,
      values,
      hash,
      replicaSet,
      pods: [...pods, ...replacements, ...added],
      scale,
      notCreated: missing
        ? { fromMs: scale?.atMs ?? timeline.afterOnset(missing.from ?? 0), message: missing.message }
        : null,
    };
  });
  return revisions.map((revision, index) => {
    const next = revisions[index + 1]?.pods;
    if (!next) return revision;
    const pods = revision.pods.map((pod, i) => ({
      ...pod,
      endMs: (next[i] ?? next.at(-1) ?? pod).readyMs + 1000,
    }));
    return { ...revision, pods };
  });

  function troubleOf(state: PodState | undefined): Trouble | null {
    if (!state) return null;
    return {
      state: state.state,
      message: state.message,
      fromMs: state.from === undefined ? Number.NEGATIVE_INFINITY : timeline.afterOnset(state.from),
      untilMs: state.until === undefined ? Number.POSITIVE_INFINITY : timeline.afterOnset(state.until),
    };
  }
}

/** How many pods the Deployment asks for. */
export function replicasAt(revision: Revision, timeMs: number): number {
  return revision.scale && revision.scale.atMs <= timeMs ? revision.scale.to : revision.values.replicaCount;
}

/** What is wrong with the pod now; an eviction stays what it is. */
export function troubleAt(pod: PodPlan, timeMs: number): Trouble | null {
  const { trouble } = pod;
  if (!trouble || timeMs < trouble.fromMs) return null;
  return timeMs < trouble.untilMs || trouble.state === "Evicted" ? trouble : null;
}

export function isReady(pod: PodPlan, timeMs: number): boolean {
  return (
    pod.readyMs <= timeMs && !isDown(pod.crash, timeMs) && (pod.trouble === null || !troubleAt(pod, timeMs))
  );
}

/** Whether its container has ever begun to run by `timeMs`, and is not over for good. */
export function hasRun(pod: PodPlan, timeMs: number): boolean {
  const state = troubleAt(pod, timeMs)?.state;
  return state === undefined || state === "NotReady";
}

/** The crashes of a container up to `timeMs`, oldest first. */
export function crashTimes(crash: CrashPlan, timeMs: number): number[] {
  const count = Math.min(
    crash.spec.times ?? Number.POSITIVE_INFINITY,
    Math.max(0, Math.floor((timeMs - crash.firstMs) / crash.everyMs) + 1),
  );
  return Array.from({ length: count }, (_, i) => crash.firstMs + i * crash.everyMs);
}

/** Whether the container lies dead, backing off, at `timeMs`. */
export function isDown(crash: CrashPlan | null, timeMs: number): boolean {
  if (!crash || timeMs < crash.firstMs) return false;
  if (timeMs >= crash.firstMs + (crash.spec.times ?? Number.POSITIVE_INFINITY) * crash.everyMs) return false;
  return (timeMs - crash.firstMs) % crash.everyMs < crash.downMs;
}

export function podsAt(revisions: readonly Revision[], timeMs: number): PodPlan[] {
  return revisions.flatMap((revision) =>
    revision.pods.filter((pod) => pod.createdMs <= timeMs && timeMs < pod.endMs),
  );
}

function planCrash(spec: Crash, index: number, timeline: Timeline): CrashPlan {
  return {
    spec,
    firstMs: timeline.afterOnset(spec.first + index * spec.stagger),
    everyMs: spec.every * 60_000,
    downMs: spec.down_seconds * 1000,
  };
}
