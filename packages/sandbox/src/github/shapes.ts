import { createHash } from "node:crypto";
import type { Commit, Release, Repository } from "../world/repositories.ts";
import { iso } from "../world/timeline.ts";

/** Objects as GitHub's REST API prints them (the fields that clients read; https://docs.github.com/rest). */
export interface Shapes {
  repository(repository: Repository): object;
  /** An entry of a list of commits. */
  commit(repository: Repository, commit: Commit): Record<string, unknown>;
  /** One commit, its files included. */
  fullCommit(repository: Repository, commit: Commit): object;
  content(repository: Repository, ref: string, path: string, text: string): object;
  deployment(repository: Repository, release: Release): object;
}

export function createShapes(origin: () => string): Shapes {
  const api = (repository: Repository): string => `${origin()}/repos/${repository.fullName}`;
  const html = (repository: Repository): string => `https://github.com/${repository.fullName}`;
  const shapes: Shapes = {
    repository(repository) {
      const [owner = "", name = ""] = repository.fullName.split("/");
      return {
        id: numericId(repository.fullName),
        name,
        full_name: repository.fullName,
        private: true,
        owner: { login: owner, id: numericId(owner), type: "Organization" },
        html_url: html(repository),
        url: api(repository),
        default_branch: "main",
        archived: false,
        disabled: false,
        fork: false,
        pushed_at: iso(repository.head().atMs),
      };
    },
    commit(repository, commit) {
      const person = {
        name: commit.author.name,
        email: `${commit.author.login}@acme.example`,
        date: iso(commit.atMs),
      };
      return {
        sha: commit.sha,
        commit: {
          author: person,
          committer: person,
          message: commit.message,
          tree: { sha: treeSha(commit) },
          comment_count: 0,
          verification: { verified: false, reason: "unsigned" },
        },
        url: `${api(repository)}/commits/${commit.sha}`,
        html_url: `${html(repository)}/commit/${commit.sha}`,
        author: user(commit.author.login),
        committer: user(commit.author.login),
        parents:
          commit.parent === null
            ? []
            : [{ sha: commit.parent, url: `${api(repository)}/commits/${commit.parent}` }],
      };
    },
    fullCommit(repository, commit) {
      const additions = commit.changes.reduce((sum, change) => sum + change.additions, 0);
      const deletions = commit.changes.reduce((sum, change) => sum + change.deletions, 0);
      return {
        ...shapes.commit(repository, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: files(repository, commit.sha, commit.changes),
      };
    },
    content(repository, ref, path, text) {
      const sha = blobSha(text);
      return {
        name: path.split("/").at(-1),
        path,
        sha,
        size: Buffer.byteLength(text),
        url: `${api(repository)}/contents/${path}?ref=${ref}`,
        html_url: `${html(repository)}/blob/${ref}/${path}`,
        git_url: `${api(repository)}/git/blobs/${sha}`,
        type: "file",
        content: Buffer.from(text)
          .toString("base64")
          .replace(/(.{60})/g, "$1\n"),
        encoding: "base64",
      };
    },
    deployment(repository, release) {
      const id = numericId(`${repository.fullName} ${release.commit.sha}`);
      return {
        id,
        url: `${api(repository)}/deployments/${id}`,
        sha: release.commit.sha,
        ref: "main",
        task: "deploy",
        environment: "production",
        description: release.commit.message.split("\n")[0],
        creator: user(release.commit.author.login),
        created_at: iso(release.atMs),
        updated_at: iso(release.atMs),
        payload: {},
      };
    },
  };
  return shapes;
}

export function files(repository: Repository, sha: string, changes: Commit["changes"]): object[] {
  return changes.map((change) => ({
    sha: blobSha(change.patch),
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `https://github.com/${repository.fullName}/blob/${sha}/${change.path}`,
    patch: change.patch,
  }));
}

export function user(login: string) {
  // GitHub logins hold no dots.
  return { login: login.replaceAll(".", "-"), id: numericId(login), type: "User", site_admin: false };
}

/** The id that git gives a file's contents. */
export function blobSha(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest("hex");
}

export function treeSha(commit: Commit): string {
  return createHash("sha1")
    .update(`tree ${JSON.stringify(commit.tree)}`)
    .digest("hex");
}

export function numericId(text: string): number {
  return createHash("sha1").update(text).digest().readUInt32BE(0) % 900_000_000;
}
