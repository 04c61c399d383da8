import type { Autoscaler, KubernetesEvent, ReplicaSet, Workload } from "@oncall/backends";
import { minutesBetween, type TimeWindow } from "@oncall/core";
import type { Deploy } from "../outputs/index.ts";
import { type Rescale, rescalesOf } from "./autoscaler-rescales.ts";
import { replicaSetSteps, type Step } from "./replica-set-steps.ts";

export interface ScalingSources {
  readonly workload: Workload;
  readonly replicaSets: readonly ReplicaSet[];
  readonly events: readonly KubernetesEvent[];
  readonly autoscalers: readonly Autoscaler[];
}

/** The Deployment follows its autoscaler within this time. */
const TO_FOLLOW_MINUTES = 2;
/** Steps in one direction with less than this between them are one scaling. */
const PAUSE_MINUTES = 5;

interface Scaling {
  readonly at: string;
  readonly from: number | null;
  readonly to: number;
  readonly direction: "up" | "down" | null;
  readonly by: "autoscaler" | "unknown";
  readonly reason: string | null;
  readonly lastAt: string;
}

/**
 * Changes of a workload's number of replicas in the window, newest first, by the cluster's events (kept for an hour
 * unless set otherwise): from how many to how many, and whether its autoscaler asked for it. Who else did is not in
 * events; a commit may tell (`mergeChanges`). What a rollout does to its ReplicaSets is none.
 */
export function scalingsOf(sources: ScalingSources, window: TimeWindow): Deploy[] {
  const { workload, replicaSets, events, autoscalers } = sources;
  const own = autoscalers.filter(
    ({ spec }) =>
      spec?.scaleTargetRef?.kind === workload.kind && spec.scaleTargetRef.name === workload.metadata.name,
  );
  const rescales = rescalesOf(events, own);
  const steps = replicaSetSteps(workload, replicaSets, events);
  const followed = steps.map((step) => attributed(step, rescales, own));
  const alone = rescales.filter((rescale) => !steps.some((step) => isOf(step, rescale))).map(byItself);
  return folded([...followed, ...alone].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
    .filter(({ at }) => at >= window.from && at <= window.to)
    .map(toDeploy)
    .reverse();
}

/** The few rows nearest to a time: an autoscaler at work would crowd out everything else. */
export function nearestTo(rows: readonly Deploy[], time: string, most: number): Deploy[] {
  const apart = ({ at }: Deploy): number => Math.abs(minutesBetween(at, time));
  const near = new Set([...rows].sort((a, b) => apart(a) - apart(b)).slice(0, most));
  return rows.filter((row) => near.has(row));
}

/** A setting that says how many replicas there are, or between which numbers an autoscaler keeps them. */
export function isReplicas(what: string): boolean {
  return /(?:^|[._])(?:replicas|replica_?count|(?:min|max)_?replicas)$/i.test(what);
}

function attributed(
  { at, from, to }: Step,
  rescales: readonly Rescale[],
  own: readonly Autoscaler[],
): Scaling {
  const rescale = rescales.find((each) => isOf({ at, to }, each));
  // The event may be gone, or not be readable; the autoscaler itself remembers its last one.
  const isLast = own.some(({ status }) => follows(at, status?.lastScaleTime));
  return {
    ...{ at, lastAt: at, from, to },
    direction: from === null ? (rescale?.direction ?? null) : to > from ? "up" : "down",
    by: rescale !== undefined || isLast ? "autoscaler" : "unknown",
    reason: rescale?.reason ?? null,
  };
}

function byItself({ at, from, to, direction, reason }: Rescale): Scaling {
  return { ...{ at, lastAt: at, from, to, direction, reason }, by: "autoscaler" };
}

function isOf({ at, to }: Pick<Step, "at" | "to">, rescale: Rescale): boolean {
  return to === rescale.to && follows(at, rescale.at);
}

function follows(at: string, time: string | undefined): boolean {
  return time !== undefined && Math.abs(minutesBetween(time, at)) <= TO_FOLLOW_MINUTES;
}

function folded(scalings: readonly Scaling[]): Scaling[] {
  const whole: Scaling[] = [];
  for (const next of scalings) {
    const last = whole.at(-1);
    const goesOn =
      last !== undefined &&
      last.by === next.by &&
      last.direction === next.direction &&
      last.to === next.from &&
      minutesBetween(last.lastAt, next.at) <= PAUSE_MINUTES;
    if (goesOn) whole[whole.length - 1] = { ...last, to: next.to, lastAt: next.at };
    else whole.push(next);
  }
  return whole;
}

function toDeploy({ at, from, to, direction, by, reason }: Scaling): Deploy {
  const way = direction === null ? "Scaled" : `Scaled ${direction}`;
  const many = `${from === null ? "" : `from ${from} `}to ${to} ${to === 1 ? "replica" : "replicas"}`;
  const who = by === "autoscaler" ? " by the autoscaler" : "";
  return {
    at,
    kind: "scaling",
    title: `${way} ${many}${who}${reason === null ? "" : `: ${reason}`}`,
    revision: null,
    commit: null,
    author: null,
    image: null,
    state: "complete",
    changes: from === null ? [] : [{ what: "replicas", from: String(from), to: String(to) }],
    files: [],
    minutes_before_onset: null,
    link: null,
    scaled: { direction, from, to, by },
  };
}
