import type { TimeWindow } from "@oncall/core";

export interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
  /** When it was committed, ISO 8601. */
  readonly at: string;
  readonly url: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
  /** Unified diff hunk(s); absent for binary or very large files. */
  readonly patch?: string;
}

export interface CommitStatus {
  readonly state: "success" | "failure" | "error" | "pending";
  readonly context: string;
  /** At most 140 characters (GitHub's limit); longer is cut with an ellipsis. */
  readonly description: string;
  readonly targetUrl?: string | undefined;
}

/** A GitHub deployment with the newest of its statuses. */
export interface GithubDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly environment: string;
  readonly creator: string;
  readonly createdAt: string;
  readonly state:
    | "success"
    | "failure"
    | "error"
    | "pending"
    | "in_progress"
    | "queued"
    | "inactive"
    | "unknown";
  readonly url: string;
}

/** Reads of a GitHub repository, and the one write that catalog sync makes (a commit status). `repo` is `owner/name`. */
export interface GithubBackend {
  /** The file's text at that commit; null when it is not there. At most 1 MiB. */
  file(repo: string, path: string, ref: string, signal: AbortSignal): Promise<string | null>;
  /** Commits that touch `path` in the window, newest first, at most 100. */
  commits(
    repo: string,
    query: { path?: string | undefined; window: TimeWindow },
    signal: AbortSignal,
  ): Promise<readonly Commit[]>;
  /** Files changed by one commit, at most 300. */
  changedFiles(repo: string, sha: string, signal: AbortSignal): Promise<readonly ChangedFile[]>;
  setCommitStatus(repo: string, sha: string, status: CommitStatus, signal: AbortSignal): Promise<void>;
  /** Deployments created in the window, newest first, at most 50. */
  deployments(
    repo: string,
    query: { environment?: string | undefined; window: TimeWindow },
    signal: AbortSignal,
  ): Promise<readonly GithubDeployment[]>;
  /** Files changed and commits between two commits, at most 300 files and 100 commits. */
  compare(
    repo: string,
    base: string,
    head: string,
    signal: AbortSignal,
  ): Promise<{
    readonly commits: readonly Commit[];
    readonly files: readonly ChangedFile[];
    readonly url: string;
  }>;
}
