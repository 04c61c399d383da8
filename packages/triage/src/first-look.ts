import { setMaxListeners } from "node:events";
import type { Catalog } from "@oncall/catalog";
import { type Appended, type FirstLook, fingerprintOf } from "@oncall/incidents";
import { analyze } from "./analyze.ts";
import { appended } from "./appended.ts";
import { type CallTool, type Collection, collect } from "./collect.ts";
import { compose, composeUnknown, entriesOf } from "./compose.ts";
import { evidenceSet } from "./evidence.ts";
import { loadGraph } from "./graph.ts";
import { lookAtPlace } from "./look-at-place.ts";
import { estimateOnset, lookWindow } from "./onset.ts";
import { placeOf } from "./place.ts";
import { rank } from "./rank.ts";
import { resolve, type Subject } from "./resolve.ts";

export interface FirstLookDeps {
  readonly catalog: Catalog;
  readonly call: CallTool;
  /** The world's time. */
  readonly now: Date;
  /** Wall time for everything, in milliseconds; default 2,000. */
  readonly budgetMs?: number;
  /** Milliseconds since the first look began, by a clock that never jumps. */
  elapsed(): number;
  readonly signal: AbortSignal;
}

export interface FirstLookInTime {
  readonly said: FirstLook;
  /** What it is with the answers that came after the budget, null when they changed nothing; no promise when none was missing. */
  readonly late: Promise<Appended | null> | null;
}

const DEFAULT_BUDGET_MS = 2_000;
// For analysis, ranking and composing after the last answer.
const RESERVE_MS = 60;

/**
 * What a program can find out about an alert or question, without a model (SPEC §6): resolve, collect,
 * analyze, rank, compose. What misses the budget or is not configured is listed under `unchecked`; only a
 * catalog that cannot be read, or `signal`, makes it throw. The same evidence gives the same answer.
 */
export async function firstLook(subject: Subject, deps: FirstLookDeps): Promise<FirstLook> {
  return (await firstLookInTime(subject, { ...deps, lateMs: 0 })).said;
}

/** The same; calls that miss the budget go on for `lateMs` and are looked at once more together. */
export async function firstLookInTime(
  subject: Subject,
  deps: FirstLookDeps & { readonly lateMs: number },
): Promise<FirstLookInTime> {
  const { catalog, call, now, elapsed, lateMs } = deps;
  const signal = ofThisLook(deps.signal);
  const budgetMs = deps.budgetMs ?? DEFAULT_BUDGET_MS;
  const resolution = await resolve(subject, catalog, now);
  const { service, onsetHint, resourceId } = resolution;
  const window = lookWindow(onsetHint, now);
  if (service === null) {
    const place = subject.alert === null ? null : await placeOf(subject.alert, catalog);
    const remainingMs = () => budgetMs - RESERVE_MS - elapsed();
    const what =
      place === null
        ? composeUnknown(resolution, window)
        : await lookAtPlace(place, resolution, { window, now, call, remainingMs, signal });
    signal.throwIfAborted();
    const said = { ...what, tookMs: Math.round(elapsed()) };
    return { said, late: null };
  }
  const graph = await loadGraph(catalog, service);
  const { late, ...collection } = await collect({
    call,
    catalog,
    graph,
    service,
    resourceId,
    fingerprint: subject.alert === null ? null : fingerprintOf(subject.alert),
    onsetHint,
    window,
    remainingMs: () => budgetMs - RESERVE_MS - elapsed(),
    lateMs,
    signal,
  });
  signal.throwIfAborted();

  const say = async ({ observations, unchecked }: Collection): Promise<FirstLook> => {
    const evidence = evidenceSet(observations);
    const context = {
      now: now.toISOString(),
      onset: estimateOnset(evidence, onsetHint, now.toISOString()),
      graph,
    };
    const findings = analyze(evidence, context);
    const ranking = rank(findings, evidence, graph, context);
    const entries = await entriesOf(ranking.causes, catalog);
    const said = compose({
      service,
      resolution,
      window,
      onset: context.onset,
      now: context.now,
      evidence,
      findings,
      ranking,
      unchecked,
      entries,
    });
    return { ...said, tookMs: Math.round(elapsed()) };
  };
  const said = await say(collection);
  if (late === null) return { said, late };
  const added = late.then(async (whole) => appended(said, await say(whole)));
  // As in `collect`: it may fail before anybody waits for it.
  added.catch(() => undefined);
  return { said, late: added };
}

/**
 * For a first look whose late answers died with the process that waited for them: everything is asked once more, for
 * an answer that is not recorded as missing may have been half of one. Null when nothing that matters has changed.
 */
export async function lookAgain(
  before: FirstLook,
  subject: Subject,
  deps: FirstLookDeps,
): Promise<Appended | null> {
  return appended(before, await firstLook(subject, deps));
}

/** A signal of the look's own: each of its many calls listens to it while it runs, which is no leak to warn of. */
function ofThisLook(caller: AbortSignal): AbortSignal {
  const signal = AbortSignal.any([caller]);
  setMaxListeners(0, signal);
  return signal;
}
