import type { FastifyReply, FastifyRequest } from "fastify";
import { queryOf } from "../http/server.ts";
import { lineDiff } from "../world/line-diff.ts";
import type { Commit, FileChange, Repository } from "../world/repositories.ts";
import { failure, page } from "./answers.ts";
import { blobSha, files, type Shapes, treeSha } from "./shapes.ts";

/** Answers about a repository's commits: lists, comparisons, trees. */
export function listCommits(
  shapes: Shapes,
  repository: Repository,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const query = queryOf(request.url);
  const start = repository.resolve(query.get("sha") ?? "main");
  if (!start) return failure(reply, 404, "Not Found");
  const path = query.get("path")?.replace(/\/$/, "");
  const [since, until] = [
    Date.parse(query.get("since") ?? "1970-01-01"),
    Date.parse(query.get("until") ?? "9999-01-01"),
  ];
  const author = query.get("author");
  const chain = repository.commits.slice(0, repository.commits.indexOf(start) + 1).reverse();
  const touches = (commit: Commit): boolean =>
    path === undefined ||
    commit.changes.some((change) => change.path === path || change.path.startsWith(`${path}/`));
  const found = chain.filter(
    (commit) =>
      touches(commit) &&
      commit.atMs >= since &&
      commit.atMs <= until &&
      (author === null || commit.author.login.replaceAll(".", "-") === author),
  );
  return page(
    request,
    reply,
    found.map((commit) => shapes.commit(repository, commit)),
  );
}

export function compare(
  shapes: Shapes,
  repository: Repository,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const [baseRef = "", headRef = ""] = (request.params as { range: string }).range.split(/\.{2,3}/);
  const [from, to] = [repository.resolve(baseRef), repository.resolve(headRef)];
  if (!from || !to) return failure(reply, 404, "Not Found");
  const [start, end] = [repository.commits.indexOf(from), repository.commits.indexOf(to)];
  const ahead = repository.commits.slice(start + 1, end + 1);
  const changes = end > start ? changesBetween(from, to) : [];
  return {
    base_commit: shapes.commit(repository, from),
    merge_base_commit: shapes.commit(repository, end < start ? to : from),
    status: end > start ? "ahead" : end < start ? "behind" : "identical",
    ahead_by: Math.max(0, end - start),
    behind_by: Math.max(0, start - end),
    total_commits: ahead.length,
    commits: ahead.map((commit) => shapes.commit(repository, commit)),
    files: files(repository, to.sha, changes),
  };
}

/** What the later commit's files say other than the earlier one's, each as one patch. */
function changesBetween(from: Commit, to: Commit): FileChange[] {
  const paths = [...new Set([...Object.keys(from.tree), ...Object.keys(to.tree)])].sort();
  return paths.flatMap((path): FileChange[] => {
    const [before, after] = [from.tree[path], to.tree[path]];
    if (before === after) return [];
    const status = before === undefined ? "added" : after === undefined ? "removed" : "modified";
    return [{ path, status, ...lineDiff(before ?? "", after ?? "") }];
  });
}

export function tree(repository: Repository, request: FastifyRequest, reply: FastifyReply) {
  const commit = repository.resolve((request.params as { ref: string }).ref);
  if (!commit) return failure(reply, 404, "Not Found");
  const recursive = queryOf(request.url).has("recursive");
  const blobs = Object.entries(commit.tree).map(([path, text]) => ({
    path,
    mode: "100644",
    type: "blob",
    sha: blobSha(text),
    size: Buffer.byteLength(text),
  }));
  return {
    sha: treeSha(commit),
    tree: recursive ? blobs : blobs.filter((blob) => !blob.path.includes("/")),
    truncated: false,
  };
}
