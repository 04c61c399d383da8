import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { Company, Crash, Scenario, ServiceData } from "../data/types.ts";
import { NAME_ALPHABET, type Random } from "./random.ts";
import type { Release, Repository } from "./repositories.ts";
import type { Timeline } from "./timeline.ts";

/** What `deploy/values.yaml` says at a release; the pods run exactly that. */
export interface DeployValues {
  readonly replicaCount: number;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
  readonly readinessProbe: { readonly path: string; readonly port: number };
  readonly env: Readonly<Record<string, string>>;
}

export interface PodPlan {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  readonly createdMs: number;
  readonly readyMs: number;
  /** When a newer release took its place. */
  readonly endMs: number;
  readonly probeFailures: number;
  readonly crash: CrashPlan | null;
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
}

/** Every ReplicaSet a service has had, oldest first, and the pods in it: one is replaced after the other. */
export function planRevisions(
  service: ServiceData,
  repository: Repository,
  company: Company,
  scenario: Scenario,
  timeline: Timeline,
  random: Random,
): Revision[] {
  const last = repository.releases.length - 1;
  const revisions = repository.releases.map((release, index): Revision => {
    const values = parse(release.commit.tree["deploy/values.yaml"] ?? "") as DeployValues;
    const hash = random.text(
      9,
      NAME_ALPHABET,
      `${service.name} ${createHash("sha1").update(JSON.stringify(values)).digest("hex")}`,
    );
    const replicaSet = `${service.name}-${hash}`;
    const crash =
      index === last ? scenario.crashes.find((entry) => entry.service === service.name) : undefined;
    const pods = Array.from({ length: values.replicaCount }, (_, i): PodPlan => {
      const name = `${replicaSet}-${random.text(5, NAME_ALPHABET, `${replicaSet} ${i}`)}`;
      const createdMs = release.atMs + (index === 0 ? 0 : i * (release.readySeconds + 4) * 1000);
      return {
        name,
        uid: random.uuid(name),
        node: company.nodes[(i + service.name.length) % company.nodes.length] ?? "",
        ip: `10.0.${random.int(64, 127, name)}.${random.int(2, 250, `${name} host`)}`,
        createdMs,
        readyMs: createdMs + release.readySeconds * 1000,
        endMs: Number.POSITIVE_INFINITY,
        probeFailures: release.probeFailures,
        crash: crash ? planCrash(crash, i, timeline) : null,
      };
    });
    return { number: index + 1, release, values, hash, replicaSet, pods };
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
}

/** The crashes of a container up to `timeMs`, oldest first. */
export function crashTimes(crash: CrashPlan, timeMs: number): number[] {
  const count = Math.max(0, Math.floor((timeMs - crash.firstMs) / crash.everyMs) + 1);
  return Array.from({ length: count }, (_, i) => crash.firstMs + i * crash.everyMs);
}

/** Whether the container lies dead, backing off, at `timeMs`. */
export function isDown(crash: CrashPlan | null, timeMs: number): boolean {
  if (!crash || timeMs < crash.firstMs) return false;
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
