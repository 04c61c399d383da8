import type { KubernetesObject, WorkloadRef } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import { omittedOf } from "../bounds.ts";
import { ok, type ToolAnswer } from "../define-tool.ts";
import type { PodStatus } from "../outputs/index.ts";
import { type AroundPods, type Asked, readAroundNamespace } from "./around.ts";
import { count, list, text, time } from "./checks/raw.ts";
import { findingsOfNamespace } from "./findings.ts";
import { overviewOf } from "./overview.ts";

const MAX_RUNS = 5;
/** Kinds that say something of jobs; of all else in the namespace it is not known whose it is. */
const BESIDE: ReadonlySet<string> = new Set(["CronJob", "Job", "Node", "ResourceQuota"]);

interface Run {
  readonly name: string;
  readonly at: number;
  readonly state: "succeeded" | "failed" | "running";
}

/** A CronJob with its last runs, or a Job, with their pods; null when there is none of that name. */
export async function jobsStatus(
  asked: Asked & { readonly ref: WorkloadRef },
  entry: ServiceEntry | null,
): Promise<ToolAnswer<PodStatus> | null> {
  const { ref, now, window } = asked;
  const whole = await readAroundNamespace(asked);
  const isNamed = ({ metadata }: KubernetesObject) => metadata.name === ref.workload;
  const cronJob = whole.objects.get("CronJob")?.find(isNamed);
  const jobs = (whole.objects.get("Job") ?? []).filter(
    (job) => (cronJob === undefined && isNamed(job)) || (cronJob !== undefined && isOf(job, cronJob)),
  );
  if (cronJob === undefined && jobs.length === 0) return null;
  const around = restricted(whole, cronJob === undefined ? [] : [cronJob], jobs);
  const runs = jobs.map(runOf).sort((a, b) => b.at - a.at);
  const running = runs.filter(({ state }) => state === "running").length;
  const objects = [ref.workload, ...[...jobs, ...around.pods].map(({ metadata }) => metadata.name)];
  const found = findingsOfNamespace(around, ref.namespace, now);
  const { data, headlines, omitted } = overviewOf(around, found, new Set(objects));
  const kind = cronJob === undefined ? "Job" : "CronJob";
  const note = [
    ...(cronJob === undefined ? [] : [`Schedule "${text(cronJob, "spec", "schedule")}".`]),
    lastRuns(runs),
  ].join(" ");
  return ok(
    {
      service: entry?.name ?? null,
      cluster: ref.cluster,
      namespace: ref.namespace,
      workload: {
        kind,
        name: ref.workload,
        desired: running,
        ready: data.totals.ready,
        updated: running,
        available: data.totals.ready,
        rollout: "complete",
        rollout_note: note,
        rollout_started_at: null,
      },
      ...data,
    },
    {
      searched: `${kind} ${ref.workload} in ${ref.cluster}/${ref.namespace}, its jobs and pods, events since ${window.from}`,
      omitted: omittedOf(omitted),
      summary: [`${kind} ${ref.workload}: ${note}`, ...headlines].join(" "),
    },
  );
}

function isOf({ metadata }: KubernetesObject, cronJob: KubernetesObject): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.some(({ kind, name }) => kind === "CronJob" && name === cronJob.metadata.name);
}

function restricted(
  whole: AroundPods,
  cronJobs: readonly KubernetesObject[],
  jobs: readonly KubernetesObject[],
): AroundPods {
  const names = new Set(jobs.map(({ metadata }) => metadata.name));
  const pods = whole.pods.filter(({ metadata }) =>
    (metadata.ownerReferences ?? []).some(({ kind, name }) => kind === "Job" && names.has(name)),
  );
  const about = new Set([...cronJobs, ...jobs, ...pods].map(({ metadata }) => metadata.name));
  const nodes = new Set(pods.map(({ spec }) => spec?.nodeName));
  const kept = (kind: string, all: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    ({
      CronJob: cronJobs,
      Job: jobs,
      Node: all.filter(({ metadata }) => nodes.has(metadata.name)),
    })[kind] ?? all;
  return {
    ...whole,
    pods,
    autoscalers: [],
    events: whole.events.filter(({ involvedObject }) => about.has(involvedObject.name ?? "")),
    objects: new Map(
      [...whole.objects].flatMap(([kind, all]) => (BESIDE.has(kind) ? [[kind, kept(kind, all)]] : [])),
    ),
  };
}

function runOf(job: KubernetesObject): Run {
  const at =
    time(job, "status", "startTime") ??
    time(job, "metadata", "creationTimestamp") ??
    Number.NEGATIVE_INFINITY;
  const state = has(job, "Failed")
    ? "failed"
    : has(job, "Complete") || (count(job, "status", "succeeded") ?? 0) > 0
      ? "succeeded"
      : "running";
  return { name: job.metadata.name, at, state };
}

function has(job: KubernetesObject, type: string): boolean {
  return list(job, "status", "conditions").some(
    (one) => text(one, "type") === type && text(one, "status") === "True",
  );
}

/** "Last run shop-28399110 at … failed; of the last 3, 2 failed." */
function lastRuns(runs: readonly Run[]): string {
  const [last] = runs;
  if (last === undefined) return "No run is kept.";
  const when = Number.isFinite(last.at) ? ` at ${new Date(last.at).toISOString()}` : "";
  const is = last.state === "running" ? "is still running" : last.state;
  const recent = runs.slice(0, MAX_RUNS);
  const failed = recent.filter(({ state }) => state === "failed").length;
  const before = recent.length === 1 ? "" : `; of the last ${recent.length}, ${failed} failed`;
  return `Last run ${last.name}${when} ${is}${before}.`;
}
