import { minutesBetween } from "@oncall/core";
import type { Deploy } from "../outputs/index.ts";
import { commitOf, commitOfScaling } from "./join.ts";
import type { RolloutRow } from "./rollouts.ts";
import { isReplicas } from "./scaling.ts";

export interface Found {
  readonly rollouts: readonly RolloutRow[];
  readonly scalings: readonly Deploy[];
  readonly syncs: readonly Deploy[];
  readonly deployments: readonly Deploy[];
  readonly commits: readonly Deploy[];
}

/** A rollout begins within this time of what set it off. */
const MAX_MINUTES_TO_BEGIN = 10;
/** Further apart, the same commit was deployed a second time. */
const MAX_MINUTES_APART = 6 * 60;
const MAX_CHANGES = 30;
const CLOCKS_MINUTES = 1;

/**
 * One row for each change, newest first, whichever sources know of it: what took effect in the cluster stands for the
 * sync and the deployment that set it off and for the commit that it brought.
 */
export function mergeChanges({ rollouts, scalings, syncs, deployments, commits }: Found): Deploy[] {
  const triggers = [...syncs, ...deployments];
  const heads: Deploy[] = rollouts.map(({ deploy, mentions }) => {
    const sha =
      commitOf({ deploy, mentions }, commits)?.commit ??
      namedIn(mentions, triggers) ??
      setOffBy(deploy, triggers);
    return sha === null ? deploy : { ...deploy, commit: sha };
  });
  const scaled = scalings.map((row) => ({ ...row, commit: commitOfScaling(row, commits)?.commit ?? null }));
  for (const row of [...scaled, ...syncs, ...deployments]) {
    const same = nearest(row, heads);
    if (same === undefined) heads.push(row);
    else heads[heads.indexOf(same)] = { ...same, also: [...(same.also ?? []), row.title] };
  }
  const shown = heads.map((head) => withCommit(head, commits));
  const shas = new Set(shown.map(({ commit }) => commit));
  return [...shown, ...commits.filter(({ commit }) => !shas.has(commit))].sort(
    (a, b) => Date.parse(b.at) - Date.parse(a.at),
  );
}

/** The sha, whole or shortened, of a trigger that a rollout itself names. */
function namedIn(mentions: readonly string[], triggers: readonly Deploy[]): string | null {
  const words = mentions.flatMap((text) => text.match(/\b[0-9a-f]{7,40}\b/g) ?? []);
  return triggers.find(({ commit }) => words.some((word) => commit?.startsWith(word)))?.commit ?? null;
}

/** The last trigger in the minutes before a rollout that names no commit of its own. */
function setOffBy(rollout: Deploy, triggers: readonly Deploy[]): string | null {
  const [last] = triggers
    .filter(({ at, commit }) => {
      const minutes = minutesBetween(at, rollout.at);
      return commit !== null && minutes >= -CLOCKS_MINUTES && minutes <= MAX_MINUTES_TO_BEGIN;
    })
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return last?.commit ?? null;
}

function nearest(row: Deploy, heads: readonly Deploy[]): Deploy | undefined {
  const apart = (head: Deploy): number => Math.abs(minutesBetween(head.at, row.at));
  const [first] = heads
    .filter((head) => row.commit !== null && head.commit === row.commit && apart(head) <= MAX_MINUTES_APART)
    .sort((a, b) => apart(a) - apart(b));
  return first;
}

/** A deployment with the words, author, files and settings of the commit that it brought. */
function withCommit(head: Deploy, commits: readonly Deploy[]): Deploy {
  const commit = head.commit === null ? undefined : commits.find((row) => row.commit === head.commit);
  if (commit === undefined) return head;
  const known = new Set(head.changes.map(({ what, to }) => `${nameOf(what)} ${to}`));
  const more = commit.changes.filter(
    ({ what, to }) => !known.has(`${nameOf(what)} ${to}`) && !isImageTag(what, to, head),
  );
  return {
    ...head,
    title: commit.title === "" ? head.title : commit.title,
    author: commit.author,
    files: commit.files,
    changes: [...head.changes, ...more].slice(0, MAX_CHANGES),
    link: head.kind === "rollout" ? (head.link ?? commit.link) : (commit.link ?? head.link),
    committed_at: commit.at,
  };
}

/** The tag in a values file is the image of the rollout said once more. */
function isImageTag(what: string, to: string | null, { image }: Deploy): boolean {
  return /(?:^|[._])(?:tag|version)$/i.test(what) && to !== null && image?.endsWith(`:${to}`) === true;
}

/** The setting without its path; however many replicas are wanted is called. */
function nameOf(what: string): string {
  return isReplicas(what) ? "replicas" : what.slice(what.lastIndexOf(".") + 1);
}
