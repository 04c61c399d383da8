import { GITHUB_LIMITS, type GithubBackend } from "@oncall/backends";
import { toAppError } from "@oncall/core";
import type { Deploy } from "../outputs/index.ts";
import { changesInPatch } from "./patch.ts";
import type { RolloutRow } from "./rollouts.ts";

const MAX_COMPARED = 3;
const MAX_FILES = 20;
const MAX_CHANGES = 20;

/** Rows with, for each of the newest three, what the commit deployed before it was. */
export interface Step {
  readonly row: Deploy;
  /** Commit or tag that ran before. */
  readonly base: string | null;
  /** Commit or tag that runs now. */
  readonly head: string | null;
}

/**
 * The rows, the newest deployments of several commits with a link to the comparison of before and after. What
 * cannot be compared (a tag that is none of Git's, a commit gone by a force push) keeps its own link.
 */
export async function withComparisons(
  github: GithubBackend,
  repository: string,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<Deploy[]> {
  const worthwhile = steps
    .filter(({ base, head }) => base !== null && head !== null && base !== head)
    .slice(0, MAX_COMPARED);
  return await Promise.all(
    steps.map(async (step) => {
      const { row, base, head } = step;
      if (base === null || head === null || !worthwhile.includes(step)) return row;
      try {
        return compared(row, await github.compare(repository, base, head, signal));
      } catch (thrown) {
        if (toAppError(thrown).kind === "bug") throw thrown;
        return row;
      }
    }),
  );
}

function compared(
  row: Deploy,
  { commits, files, url }: Awaited<ReturnType<GithubBackend["compare"]>>,
): Deploy {
  if (commits.length === 0) return row;
  const newest = commits.find(({ sha }) => sha === row.commit) ?? commits[0];
  const settings = files.flatMap(({ path, patch }) =>
    patch === undefined ? [] : changesInPatch(path, patch),
  );
  const titles = commits.slice(0, 5).map(({ message }) => message.split("\n", 1)[0]?.slice(0, 80));
  return {
    ...row,
    commit: row.commit ?? newest?.sha ?? null,
    author: row.author ?? newest?.author ?? null,
    files: row.files.length > 0 ? row.files : files.slice(0, MAX_FILES).map(({ path }) => path),
    changes: row.changes.length > 0 ? row.changes : settings.slice(0, MAX_CHANGES),
    // Of a single commit its own page says more.
    link: commits.length === 1 ? (row.link ?? url) : url,
    ...(commits.length === 1
      ? {}
      : {
          also: [
            ...(row.also ?? []),
            `${commits.length < GITHUB_LIMITS.commits ? commits.length : `${commits.length} or more`} commits since the deployment before: ${titles.join("; ")}`,
          ],
        }),
  };
}

/**
 * From what to what each deployment went: by its commit and that of the one before it, else by the images' tags.
 * `ranBefore` is the commit before the oldest.
 */
export function stepsOf(
  rows: readonly Deploy[],
  rollouts: readonly RolloutRow[],
  ranBefore: string | null,
): Step[] {
  const heads = rows.filter(bringsCode);
  return rows.map((row) => {
    const rollout = rollouts.find(({ deploy }) => row.kind === "rollout" && deploy.revision === row.revision);
    const before = heads[heads.indexOf(row) + 1];
    if (!bringsCode(row)) return { row, base: null, head: null };
    return {
      row,
      base:
        row.commit === null
          ? (rollout?.base ?? null)
          : before === undefined
            ? (shaOnly(rollout?.base) ?? ranBefore)
            : before.commit,
      head: row.commit ?? rollout?.head ?? null,
    };
  });
}

function bringsCode({ kind }: Deploy): boolean {
  return kind !== "commit" && kind !== "scaling";
}

function shaOnly(tag: string | null | undefined): string | null {
  return tag != null && /^[0-9a-f]{7,40}$/.test(tag) ? tag : null;
}
