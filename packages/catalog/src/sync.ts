import { AppError, type Clock, newId, toAppError } from "@oncall/core";
import type { Sql } from "postgres";
import { overlapStatuses, type RepositoryReader, setStatuses, statusOf } from "./commit-status.ts";
import { parseServiceYaml } from "./parse.ts";
import type { PushEvent } from "./push.ts";
import { isStale, type ReadFile, settle, staleOutcome } from "./settle.ts";
import {
  type FileOutcome,
  recordSync,
  type StatusOutcome,
  type SyncOutcome,
  type SyncResult,
} from "./sync-log.ts";
import { type TouchedFiles, touchedFiles } from "./touched-files.ts";
import { livePaths, marksOf } from "./writer.ts";

const MAX_FILES = 300;
const FILES_AT_ONCE = 4;

export interface SyncDeps {
  readonly sql: Sql;
  readonly repository: RepositoryReader;
  readonly now: Clock;
  readonly signal: AbortSignal;
  /** The inbox row this runs for; its outcome is recorded once, the latest run's. */
  readonly inboxId?: string;
  /** Where a person reads the outcome of a sync; shown behind the commit status. */
  readonly link?: (syncId: string) => string;
}

/**
 * Reads what a push changed into the catalog (SPEC §4.2), records the outcome and sets the commit status.
 * Running it again, or for pushes out of order, is harmless. Reads at most 300 files of one push; the rest
 * is named in the note. Throws what GitHub or Postgres threw (recorded as `failed`, the catalog is as before).
 */
export async function syncPush(push: PushEvent, deps: SyncDeps): Promise<SyncOutcome> {
  const id = newId("sync");
  const startedAt = deps.now().toISOString();
  const record = (outcome: SyncResult, said: Partial<Done>): Promise<SyncOutcome> =>
    recordSync(deps.sql, {
      id,
      inboxId: deps.inboxId ?? null,
      repository: push.repository,
      commit: push.after,
      outcome,
      note: said.note ?? null,
      files: said.files ?? [],
      statuses: said.statuses ?? [],
      startedAt,
      finishedAt: deps.now().toISOString(),
    });

  const reason = reasonToSkip(push);
  if (reason !== null) return await record("skipped", { note: reason });
  let done: Done;
  try {
    done = await run(push, deps, deps.link?.(id));
  } catch (thrown) {
    // When not even this can be written, what happened first is what has to be told.
    await record("failed", { note: toAppError(thrown).message }).catch(() => undefined);
    throw thrown;
  }
  return await record(resultOf(done.files), done);
}

interface Done {
  readonly files: readonly FileOutcome[];
  readonly statuses: readonly StatusOutcome[];
  readonly note: string | null;
}

async function run(push: PushEvent, deps: SyncDeps, link: string | undefined): Promise<Done> {
  const { sql, signal } = deps;
  const touched = touchedFiles(push, push.complete ? [] : await livePaths(sql, push.repository));
  const paths = touched.paths.slice(0, MAX_FILES);
  // A file read as of a later push is not fetched: after a force push its old commit may be gone for good.
  const marks = await marksOf(sql, push.repository, paths);
  const [stale, current] = partition(paths, (path) => isStale(push, marks.get(path)));
  const read = await readFiles(push, current, touched, deps);
  const settled =
    read.length === 0
      ? { files: [], notices: [] }
      : await sql.begin((tx) => settle(tx, push, read, deps.now()));

  const files = [
    ...settled.files,
    ...stale.map((path) => staleOutcome(path, marks.get(path))),
    ...touched.misnamed.map(misnamed),
  ];
  const own = { repository: push.repository, commit: push.after };
  const status = stale.length === files.length ? null : statusOf(files);
  const statuses = await setStatuses(
    deps.repository,
    [...(status === null ? [] : [{ ...own, ...status }]), ...overlapStatuses(settled.notices, own)],
    link,
    signal,
  );
  return { files, statuses, note: noteOf(push, touched, files) };
}

function reasonToSkip(push: PushEvent): string | null {
  if (push.ref !== `refs/heads/${push.defaultBranch}`) {
    return `The push is to ${push.ref}; only the default branch, ${push.defaultBranch}, is read.`;
  }
  return push.deleted ? "The push deleted the default branch; the catalog is as before." : null;
}

async function readFiles(
  push: PushEvent,
  paths: readonly string[],
  touched: TouchedFiles,
  { repository, signal }: SyncDeps,
): Promise<ReadFile[]> {
  const readOne = async (path: string): Promise<ReadFile> => {
    const text = await repository.file(push.repository, path, push.after, signal);
    if (text !== null) return { path, parsed: parseServiceYaml(text) };
    if (touched.mayBeGone.has(path)) return { path, parsed: null };
    throw new AppError(
      "unavailable",
      `GitHub announced ${path} at ${push.after.slice(0, 7)} of ${push.repository} but does not show it: check that GITHUB_TOKEN may read the repository's contents.`,
    );
  };
  const read: ReadFile[] = [];
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    read.push(...(await Promise.all(paths.slice(at, at + FILES_AT_ONCE).map(readOne))));
  }
  return read;
}

function misnamed(path: string): FileOutcome {
  const message = "service.yml is not read.";
  const warning = { line: 1, column: 1, key: "", message, mend: "Rename the file to service.yaml." };
  return { path, service: null, outcome: "skipped", errors: [], warnings: [warning] };
}

function noteOf(push: PushEvent, touched: TouchedFiles, files: readonly FileOutcome[]): string | null {
  const over = touched.paths.length - MAX_FILES;
  const notes = [
    files.length === 0 ? "The push touches no service.yaml." : "",
    push.complete
      ? ""
      : "The push does not list all its commits, so every known service.yaml of the repository was read; a new one may be missed until it is pushed again.",
    over > 0
      ? `${over} more service.yaml files were not read (${MAX_FILES} at most): push them in smaller parts.`
      : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? null : notes.join(" ");
}

/** A push is what the worst of its files came to. */
function resultOf(files: readonly FileOutcome[]): SyncResult {
  const outcomes = new Set(files.map(({ outcome }) => outcome));
  if (outcomes.has("invalid")) return "invalid";
  if (outcomes.has("refused")) return "refused";
  if (outcomes.has("synced") || outcomes.has("archived")) return "synced";
  return outcomes.has("unchanged") ? "unchanged" : "skipped";
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
