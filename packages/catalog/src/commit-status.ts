import { toAppError } from "@oncall/core";
import type { OverlapNotice } from "./settle.ts";
import type { FileOutcome, StatusOutcome } from "./sync-log.ts";

/** As GitHub takes it; a description over 140 characters is cut by whoever sends it. */
export interface CatalogStatus {
  readonly state: "success" | "failure" | "error";
  readonly context: string;
  readonly description: string;
  readonly targetUrl?: string | undefined;
}

/** What sync needs of GitHub; `repo` is `owner/name`. */
export interface RepositoryReader {
  /** The file's text at that commit; null when it is not there. */
  file(repo: string, path: string, ref: string, signal: AbortSignal): Promise<string | null>;
  setCommitStatus(repo: string, sha: string, status: CatalogStatus, signal: AbortSignal): Promise<void>;
}

const CONTEXT = "oncall/catalog";

interface Status {
  readonly repository: string;
  readonly commit: string;
  readonly state: CatalogStatus["state"];
  readonly description: string;
}

/** Sets the statuses; one that cannot be set is recorded as such and stops nothing. */
export async function setStatuses(
  reader: RepositoryReader,
  statuses: readonly Status[],
  targetUrl: string | undefined,
  signal: AbortSignal,
): Promise<StatusOutcome[]> {
  const outcomes: StatusOutcome[] = [];
  for (const { repository, commit, state, description } of statuses) {
    const told = { repository, commit, state, description };
    try {
      await reader.setCommitStatus(
        repository,
        commit,
        { state, context: CONTEXT, description, targetUrl },
        signal,
      );
      outcomes.push({ ...told, error: null });
    } catch (thrown) {
      outcomes.push({ ...told, error: toAppError(thrown).message });
    }
  }
  return outcomes;
}

/** The one status of a push: its first error, else its first warning, else what was done; null for nothing. */
export function statusOf(files: readonly FileOutcome[]): Pick<Status, "state" | "description"> | null {
  const faulty = files.filter(({ outcome }) => outcome === "invalid" || outcome === "refused");
  const error = firstOf(faulty, "errors");
  if (error !== null) return { state: "failure", description: error };
  const told = files.filter(({ outcome, warnings }) => outcome !== "skipped" || warnings.length > 0);
  if (told.length === 0) return null;
  const done = summary(told);
  const warning = firstOf(told, "warnings");
  return { state: "success", description: warning === null ? done : `${done}, but ${warning}` };
}

/** Tells the owners of the patterns that ours overlap, at the commit their service was read at. */
export function overlapStatuses(
  notices: readonly OverlapNotice[],
  own: { repository: string; commit: string },
): Status[] {
  const byCommit = new Map<string, Status>();
  for (const { other, service, pattern } of notices) {
    const { repository, commit } = other;
    // Our own commit says so already.
    if (repository === own.repository && commit === own.commit) continue;
    const description = `"${other.pattern}" of ${other.service} overlaps "${pattern}" of ${service} in ${own.repository}; agree who owns what.`;
    byCommit.set(`${repository}@${commit}`, { repository, commit, state: "success", description });
  }
  return [...byCommit.values()];
}

function firstOf(files: readonly FileOutcome[], kind: "errors" | "warnings"): string | null {
  const all = files.flatMap((file) => file[kind].map((problem) => ({ path: file.path, problem })));
  const [first] = all;
  if (first === undefined) return null;
  const { path, problem } = first;
  const more = all.length > 1 ? ` (+${all.length - 1} more)` : "";
  const key = problem.key === "" ? "" : ` ${problem.key}:`;
  return `${path}:${problem.line}${key} ${problem.message}${more}`;
}

const verbs = ["synced", "unchanged", "archived"] as const;

function summary(files: readonly FileOutcome[]): string {
  const said = verbs.flatMap((verb) => {
    const names = files.filter(({ outcome }) => outcome === verb).flatMap(({ service }) => service ?? []);
    if (names.length === 0) return [];
    return `${names.length > 2 ? `${names.length} services` : names.join(" and ")} ${verb}`;
  });
  return said.length === 0 ? "nothing to sync" : said.join(", ");
}
