import { createHash } from "node:crypto";
import { AppError } from "@oncall/core";
import type { Change, Scenario } from "../data/scenario.ts";
import type { AcmeData, Person, ServiceData } from "../data/types.ts";
import { lineDiff } from "./line-diff.ts";
import type { Timeline } from "./timeline.ts";

const DAY_MINUTES = 24 * 60;

export interface FileChange {
  readonly path: string;
  readonly status: "added" | "modified" | "removed";
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string;
}

export interface Commit {
  readonly sha: string;
  readonly parent: string | null;
  readonly author: Person;
  readonly atMs: number;
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** Every file of the repository at this commit. */
  readonly tree: Readonly<Record<string, string>>;
}

/** A release as the cluster saw it: which commit, and when its rollout began. */
export interface Release {
  readonly commit: Commit;
  readonly atMs: number;
  readonly readySeconds: number;
  /** Between one pod's readiness and the next one's turn. */
  readonly pauseSeconds: number;
  readonly probeFailures: number;
}

/** A repository with one branch, `main`. */
export interface Repository {
  readonly fullName: string;
  /** Oldest first; never empty. */
  readonly commits: readonly Commit[];
  readonly releases: readonly Release[];
  head(): Commit;
  /** A branch, `HEAD`, or (the beginning of) a sha. */
  resolve(ref: string): Commit | undefined;
  /** Adds a commit on top; `null` removes a file. */
  commit(entry: NewCommit): Commit;
}

export interface NewCommit {
  readonly author: Person;
  readonly atMs: number;
  readonly message: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/** Every service's repository: its first import, its releases of the past weeks, and the scenario's changes. */
export function createRepositories(
  acme: AcmeData,
  scenario: Scenario,
  timeline: Timeline,
  resourcesOrigin: string,
): Map<string, Repository> {
  const people = new Map(acme.company.people.map((person) => [person.login, person]));
  const personOf = (login: string): Person => {
    const person = people.get(login);
    if (!person) throw new AppError("invalid_input", `"${login}" is not among the people of company.yaml.`);
    return person;
  };
  return new Map(
    acme.services.map((service) => {
      const changes = scenario.changes.filter((change) => change.repository === service.repository);
      return [service.repository, createRepository(service, changes, timeline, resourcesOrigin, personOf)];
    }),
  );
}

function createRepository(
  service: ServiceData,
  changes: readonly Change[],
  timeline: Timeline,
  resourcesOrigin: string,
  personOf: (login: string) => Person,
): Repository {
  const commits: Commit[] = [];
  const releases: Release[] = [];
  const daysAgo = (days: number): number =>
    Math.floor((timeline.startedMs - days * DAY_MINUTES * 60_000) / 1000) * 1000;

  const repository: Repository = {
    fullName: service.repository,
    commits,
    releases,
    head: () => lastOf(commits),
    resolve(ref) {
      if (["HEAD", "main", "refs/heads/main", "heads/main"].includes(ref)) return lastOf(commits);
      return /^[0-9a-f]{7,40}$/.test(ref) ? commits.find((commit) => commit.sha.startsWith(ref)) : undefined;
    },
    commit(entry) {
      const parent = commits.at(-1);
      const made = makeCommit(service.repository, parent, entry);
      commits.push(made);
      return made;
    },
  };

  const first = service.workload.history[0]?.author ?? "sam.okafor";
  const imported = Object.entries(service.files).map(([path, content]): [string, string] => [
    path,
    content.replaceAll("https://resources.acme.internal", resourcesOrigin),
  ]);
  repository.commit({
    author: personOf(first),
    atMs: daysAgo(90),
    message: `Import ${service.name}`,
    files: Object.fromEntries(imported),
  });
  for (const entry of service.workload.history) {
    const values = repository.head().tree["deploy/values.yaml"] ?? "";
    const edited = Object.entries(entry.set).reduce(
      (text, [key, value]) => text.replace(new RegExp(`^(\\s*${key}: ).*$`, "m"), `$1${value}`),
      values,
    );
    const atMs = daysAgo(entry.days_ago);
    const commit = repository.commit({
      author: personOf(entry.author),
      atMs,
      message: entry.message,
      files: { "deploy/values.yaml": edited },
    });
    if (entry.deployed)
      releases.push({ commit, atMs: atMs + 4 * 60_000, readySeconds: 30, pauseSeconds: 0, probeFailures: 1 });
  }
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    const atMs = timeline.afterOnset(change.at);
    const commit = repository.commit({
      author: personOf(change.author),
      atMs,
      message: change.message,
      files: editedFiles(change, repository.head().tree),
    });
    if (change.rollout) {
      releases.push({
        commit,
        atMs: atMs + Math.round(change.rollout.after * 60_000),
        readySeconds: change.rollout.ready_seconds,
        pauseSeconds: change.rollout.pause_seconds ?? 0,
        probeFailures: change.rollout.probe_failures,
      });
    }
  }
  return repository;
}

function editedFiles(change: Change, tree: Readonly<Record<string, string>>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const edit of change.edits) {
    const before = files[edit.path] ?? tree[edit.path];
    if (edit.content !== undefined) {
      files[edit.path] = edit.content;
    } else if (before?.includes(edit.find ?? "")) {
      files[edit.path] = before.replace(edit.find ?? "", () => edit.replace ?? "");
    } else {
      throw new AppError(
        "invalid_input",
        `The change "${change.message}" looks for ${JSON.stringify(edit.find)} in ${edit.path} of ${change.repository}, which does not hold it.`,
      );
    }
  }
  return files;
}

function makeCommit(repository: string, parent: Commit | undefined, entry: NewCommit): Commit {
  const before = parent?.tree ?? {};
  const tree: Record<string, string> = { ...before };
  const changes: FileChange[] = [];
  for (const [path, content] of Object.entries(entry.files)) {
    const old = before[path];
    if (content === null ? old === undefined : content === old) continue;
    if (content === null) delete tree[path];
    else tree[path] = content;
    const status = content === null ? "removed" : old === undefined ? "added" : "modified";
    changes.push({ path, status, ...lineDiff(old ?? "", content ?? "") });
  }
  const sha = createHash("sha1")
    .update(
      JSON.stringify([repository, parent?.sha, entry.author.login, entry.atMs, entry.message, entry.files]),
    )
    .digest("hex");
  return {
    sha,
    parent: parent?.sha ?? null,
    author: entry.author,
    atMs: entry.atMs,
    message: entry.message,
    changes,
    tree,
  };
}

function lastOf(commits: readonly Commit[]): Commit {
  const last = commits.at(-1);
  if (!last) throw new AppError("bug", "A repository has at least one commit.");
  return last;
}
