import { minutesBetween } from "@oncall/core";
import type { Deploy } from "../outputs/index.ts";
import type { RolloutRow } from "./rollouts.ts";
import { isReplicas } from "./scaling.ts";

type RolloutLike = Pick<RolloutRow, "deploy" | "mentions">;

const MAX_MINUTES_TO_ROLL_OUT = 24 * 60;

/** The commit that a rollout came from, where that can be told: it is named there, or it sets the same to the same. */
export function commitOf({ deploy, mentions }: RolloutLike, commits: readonly Deploy[]): Deploy | undefined {
  return (
    commits.find(({ commit: sha }) => sha !== null && isNamed(sha, mentions)) ?? sameChange(deploy, commits)
  );
}

/**
 * The newest commit of the day before that asks for so many replicas. An autoscaler that follows its load follows no
 * commit, unless it says that its bounds were moved.
 */
export function commitOfScaling(
  { at, title, scaled }: Deploy,
  commits: readonly Deploy[],
): Deploy | undefined {
  if (scaled === undefined) return undefined;
  if (scaled.by === "autoscaler" && !/Spec\.(?:Min|Max)Replicas/i.test(title)) return undefined;
  return commits.find((commit) => {
    const minutes = minutesBetween(commit.at, at);
    if (minutes < 0 || minutes > MAX_MINUTES_TO_ROLL_OUT) return false;
    return commit.changes.some(({ what, to }) => isReplicas(what) && to === String(scaled.to));
  });
}

/** A sha, whole or shortened to seven or more, stands in an annotation, a label or an image's tag. */
function isNamed(sha: string, mentions: readonly string[]): boolean {
  return mentions.some((text) =>
    (text.match(/\b[0-9a-f]{7,40}\b/g) ?? []).some((word) => sha.startsWith(word)),
  );
}

/** The newest commit of the day before that sets the very thing to the very value that the rollout brought. */
function sameChange(rollout: Deploy, commits: readonly Deploy[]): Deploy | undefined {
  return commits.find(({ at, changes }) => {
    const minutes = minutesBetween(at, rollout.at);
    if (minutes < 0 || minutes > MAX_MINUTES_TO_ROLL_OUT) return false;
    return changes.some(({ what, to }) =>
      rollout.changes.some(
        (change) =>
          to !== null &&
          change.to !== null &&
          ((lastOf(change.what) === lastOf(what) && change.to === to) ||
            (lastOf(change.what) === "image" &&
              /(?:^|\.)(?:tag|image_?tag|version)$/i.test(what) &&
              change.to.endsWith(`:${to}`))),
      ),
    );
  });
}

function lastOf(what: string): string {
  return what.slice(what.lastIndexOf(".") + 1);
}
