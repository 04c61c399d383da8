import { checker } from "@oncall/core";
import { type Static, Type } from "typebox";

/** One push to a repository, in the words that sync needs. */
export interface PushEvent {
  /** `owner/name`. */
  readonly repository: string;
  /** GitHub's number of it, which survives a rename of the repository; null where the sender does not say. */
  readonly repositoryId: number | null;
  readonly defaultBranch: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  /** Commit before the push; zeros when the push created the branch. */
  readonly before: string;
  /** Commit after the push; zeros when it deleted the branch. */
  readonly after: string;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
  /** When GitHub took the push, by its own clock (ISO 8601, to the second); null where the sender does not say. */
  readonly pushedAt: string | null;
  /** Committer's time of the newest commit (ISO 8601): a person's clock, and older after a rebase or revert. */
  readonly headCommitAt: string;
  /** By commit, oldest first; paths as Git has them. */
  readonly changed: readonly ChangedPaths[];
  /** False when `changed` may leave commits out: the list is cut, or the push rewrote history. */
  readonly complete: boolean;
}

export interface ChangedPaths {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly removed: readonly string[];
}

const paths = Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()]));
const commit = Type.Object({ id: Type.String(), added: paths, modified: paths, removed: paths });
const sha = Type.String({ pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" });
const flag = Type.Optional(Type.Boolean());

const payloadSchema = Type.Object({
  ref: Type.String(),
  before: sha,
  after: sha,
  created: flag,
  deleted: flag,
  forced: flag,
  size: Type.Optional(Type.Integer()),
  repository: Type.Object({
    id: Type.Optional(Type.Integer()),
    full_name: Type.String({ pattern: "^[^/\\s]+/[^/\\s]+$" }),
    default_branch: Type.String(),
    pushed_at: Type.Optional(Type.Union([Type.Integer(), Type.String(), Type.Null()])),
  }),
  head_commit: Type.Optional(
    Type.Union([Type.Object({ id: Type.String(), timestamp: Type.String() }), Type.Null()]),
  ),
  commits: Type.Optional(Type.Union([Type.Array(commit), Type.Null()])),
});

type Payload = Static<typeof payloadSchema>;

const payloads = checker(payloadSchema);

/**
 * Reads the fields that sync needs of GitHub's `push` payload; null when it is none.
 * https://docs.github.com/webhooks/webhook-events-and-payloads#push
 */
export function parsePush(payload: unknown): PushEvent | null {
  if (payloads.problems(payload).length > 0) return null;
  const push = payload as Payload;
  const pushedAt = timeOf(push.repository.pushed_at);
  const deleted = push.deleted ?? false;
  return {
    repository: push.repository.full_name,
    repositoryId: push.repository.id ?? null,
    defaultBranch: push.repository.default_branch,
    ref: push.ref,
    before: push.before,
    after: push.after,
    created: push.created ?? false,
    deleted,
    forced: push.forced ?? false,
    pushedAt,
    headCommitAt: timeOf(push.head_commit?.timestamp) ?? pushedAt ?? new Date(0).toISOString(),
    changed: (push.commits ?? []).map(({ added, modified, removed }) => ({
      added: added ?? [],
      modified: modified ?? [],
      removed: removed ?? [],
    })),
    complete: deleted || isComplete(push),
  };
}

// GitHub lists at most 2,048 commits; other senders and older servers stop at 20.
const CUT_AT = [20, 2048];

function isComplete(push: Payload): boolean {
  const commits = push.commits ?? [];
  if (push.forced === true || (push.size ?? 0) > commits.length || CUT_AT.includes(commits.length))
    return false;
  return commits.some(({ id }) => id === push.after);
}

/** GitHub writes `pushed_at` of a push as Unix seconds, everything else as ISO 8601. */
function timeOf(value: number | string | null | undefined): string | null {
  const time = new Date(typeof value === "number" ? value * 1000 : (value ?? Number.NaN));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
