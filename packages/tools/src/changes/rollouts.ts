import type { ReplicaSet, Workload } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import { rolloutState } from "../kubernetes/rollout.ts";
import { templateChanges } from "../kubernetes/template-changes.ts";
import type { Deploy } from "../outputs/index.ts";

/** A rollout, and the texts in which its commit may be named. */
export interface RolloutRow {
  readonly deploy: Deploy;
  readonly mentions: readonly string[];
  /** What ran before, as the image's tag tells it: a commit, shortened or not, or a version; null when unknown. */
  readonly base: string | null;
  readonly head: string | null;
}

const REVISION = "deployment.kubernetes.io/revision";
const CHANGE_CAUSE = "kubernetes.io/change-cause";

/** A Deployment's rollouts that began in the window, newest first, each with what it changed in the pod template. */
export function rolloutsOf(
  workload: Workload,
  replicaSets: readonly ReplicaSet[],
  window: TimeWindow,
): RolloutRow[] {
  const ordered = [...replicaSets].sort((a, b) => revisionOf(b) - revisionOf(a));
  return ordered.flatMap((set, i): RolloutRow[] => {
    const at = startedAt(set, ordered[i + 1], workload);
    if (at === null || at < window.from || at > window.to) return [];
    const previous = ordered[i + 1]?.spec?.template;
    const template = set.spec?.template ?? {};
    const changes = previous === undefined ? [] : templateChanges(previous, template);
    const image = template.spec?.containers?.[0]?.image ?? null;
    const annotations = { ...set.metadata.annotations, ...template.metadata?.annotations };
    const state = i === 0 ? rolloutState(workload).state : "complete";
    return [
      {
        deploy: {
          at,
          kind: "rollout",
          title: annotations[CHANGE_CAUSE] ?? titleOf(changes, image),
          revision: set.metadata.annotations?.[REVISION] ?? null,
          commit: null,
          author: null,
          image,
          state: state === "paused" ? "in_progress" : state,
          changes,
          files: [],
          minutes_before_onset: null,
          link: null,
        },
        mentions: [
          ...Object.values(annotations),
          ...Object.values({ ...set.metadata.labels, ...template.metadata?.labels }),
          ...(template.spec?.containers ?? []).map((container) => container.image ?? ""),
        ],
        base: tagOf(previous?.spec?.containers?.[0]?.image),
        head: tagOf(image ?? undefined),
      },
    ];
  });
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

/**
 * When its rollout began: when it was created. A rollback takes up an old ReplicaSet again; then the Deployment's
 * condition is the nearest that is known.
 */
function startedAt(set: ReplicaSet, previous: ReplicaSet | undefined, workload: Workload): string | null {
  const created = set.metadata.creationTimestamp ?? null;
  const isReused = created !== null && created < (previous?.metadata.creationTimestamp ?? "");
  if (!isReused) return created;
  const progressing = workload.status?.conditions?.find(
    ({ type }) => type === "Progressing",
  )?.lastTransitionTime;
  const earliest = previous?.metadata.creationTimestamp ?? created;
  return progressing !== undefined && progressing > earliest ? progressing : earliest;
}

function titleOf(changes: Deploy["changes"], image: string | null): string {
  const [first] = changes;
  if (first === undefined) return image === null ? "New pod template" : `Rollout of ${image}`;
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : "";
  const [from, to] = [first.from ?? "unset", first.to ?? "unset"];
  return `${first.what} ${withoutSameRepository(from, to)} → ${withoutSameRepository(to, from)}${more}`;
}

/** Of two images from one repository the tag says it all. */
function withoutSameRepository(image: string, other: string): string {
  const repository = image.slice(0, image.lastIndexOf(":") + 1);
  return repository.includes("/") && other.startsWith(repository) ? image.slice(repository.length) : image;
}

/** The tag, or the sha that it ends in (`main-abcdef1`). */
function tagOf(image: string | undefined): string | null {
  const [, tag] = /:([\w][\w.-]{0,127})(?:@|$)/.exec(image ?? "") ?? [];
  return tag === undefined ? null : (/(?:^|[-_.])([0-9a-f]{7,40})$/.exec(tag)?.[1] ?? tag);
}
