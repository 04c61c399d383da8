import { createHmac, randomUUID } from "node:crypto";
import { type Delivery, deliver } from "../http/deliver.ts";
import type { Commit, Repository } from "../world/repositories.ts";
import { iso } from "../world/timeline.ts";
import { numericId, treeSha, user } from "./shapes.ts";

/** GitHub gives a receiver 10 seconds. */
const TIMEOUT_MS = 10_000;

export interface PushDelivery extends Delivery {
  readonly repository: string;
  readonly deliveryId: string;
  /** The commit that was pushed. */
  readonly sha: string;
}

/** A webhook as it went out: enough to send the very same again. */
export interface SentPush {
  readonly repository: string;
  readonly deliveryId: string;
  readonly sha: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The signed `push` webhook of an organisation for these commits (oldest first), as GitHub sends it. */
export function signPush(
  repository: Repository,
  commits: readonly Commit[],
  {
    secret,
    pushedMs,
    deliveryId = randomUUID(),
  }: { secret: string; pushedMs: number; deliveryId?: string | undefined },
): SentPush {
  const head = commits.at(-1) ?? repository.head();
  const body = JSON.stringify(payload(repository, commits, head, pushedMs));
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    repository: repository.fullName,
    deliveryId,
    sha: head.sha,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/8d33975",
      "x-github-delivery": deliveryId,
      "x-github-event": "push",
      "x-github-hook-id": "472913604",
      "x-github-hook-installation-target-type": "organization",
      "x-github-hook-installation-target-id": String(numericId("acme")),
      "x-hub-signature-256": `sha256=${signature}`,
    },
  };
}

export async function sendPush(url: string, sent: SentPush): Promise<PushDelivery> {
  const { repository, deliveryId, sha } = sent;
  return { repository, deliveryId, sha, ...(await deliver(url, sent.headers, sent.body, TIMEOUT_MS)) };
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#push */
function payload(repository: Repository, commits: readonly Commit[], head: Commit, pushedMs: number): object {
  const [owner = "", name = ""] = repository.fullName.split("/");
  const url = `https://github.com/${repository.fullName}`;
  const before = commits[0]?.parent ?? "0".repeat(40);
  const pusher = { name: user(head.author.login).login, email: `${head.author.login}@acme.example` };
  return {
    ref: "refs/heads/main",
    before,
    after: head.sha,
    repository: {
      id: numericId(repository.fullName),
      name,
      full_name: repository.fullName,
      private: true,
      owner: { name: owner, login: owner, id: numericId(owner), type: "Organization" },
      html_url: url,
      url,
      default_branch: "main",
      master_branch: "main",
      organization: owner,
      archived: false,
      pushed_at: Math.floor(pushedMs / 1000),
    },
    pusher,
    organization: { login: owner, id: numericId(owner) },
    sender: user(head.author.login),
    created: commits[0]?.parent === null,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${url}/compare/${before.slice(0, 12)}...${head.sha.slice(0, 12)}`,
    commits: commits.map((commit) => commitEntry(url, commit)),
    head_commit: commitEntry(url, head),
  };
}

function commitEntry(url: string, commit: Commit): object {
  const paths = (status: string): string[] =>
    commit.changes.filter((change) => change.status === status).map((change) => change.path);
  const person = {
    name: commit.author.name,
    email: `${commit.author.login}@acme.example`,
    username: user(commit.author.login).login,
  };
  return {
    id: commit.sha,
    tree_id: treeSha(commit),
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.atMs),
    url: `${url}/commit/${commit.sha}`,
    author: person,
    committer: person,
    added: paths("added"),
    removed: paths("removed"),
    modified: paths("modified"),
  };
}
