import { AppError, checker } from "@oncall/core";
import { type Static, Type } from "typebox";
import { baseUrl, type Http, type HttpRequest, readJson, readText } from "../http/index.ts";
import { appCredentials, type GithubApp, tokenCredentials } from "./credentials.ts";
import { readDeployments } from "./deployments.ts";
import { GITHUB_LIMITS } from "./limits.ts";
import { commitSha, filePath, gitRef, repoPath } from "./paths.ts";
import { createReader, webOrigin } from "./reader.ts";
import type { ChangedFile, Commit, GithubBackend } from "./types.ts";

export interface GithubOptions {
  /** `https://api.github.com`, or an Enterprise server's `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly token?: string | undefined;
  /** Asks with tokens of the App's installations; takes precedence over `token`. */
  readonly app?: GithubApp | undefined;
  readonly http: Http;
}

const person = Type.Union([Type.Object({ login: Type.Optional(Type.String()) }), Type.Null()]);
const signature = Type.Optional(
  Type.Union([
    Type.Object({ name: Type.Optional(Type.String()), date: Type.Optional(Type.String()) }),
    Type.Null(),
  ]),
);
const commitShape = Type.Object({
  sha: Type.String(),
  html_url: Type.String(),
  author: Type.Optional(person),
  commit: Type.Object({ message: Type.String(), author: signature, committer: signature }),
});
const fileShape = Type.Object({
  filename: Type.String(),
  status: Type.String(),
  additions: Type.Number(),
  deletions: Type.Number(),
  patch: Type.Optional(Type.String()),
});
const files = Type.Optional(Type.Array(fileShape));
const commitList = checker(Type.Array(commitShape));
const commitFiles = checker(Type.Object({ files }));
const comparison = checker(
  Type.Object({ html_url: Type.Optional(Type.String()), commits: Type.Array(commitShape), files }),
);
const anything = checker(Type.Unknown());

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DESCRIPTION = 140;

/** GitHub's REST API: https://docs.github.com/en/rest. Throws not_configured for an App's key that is none. */
export function createGithub(options: GithubOptions): GithubBackend {
  const { http, app, token } = options;
  const base = baseUrl("GitHub", options.apiUrl);
  const credentials = app === undefined ? tokenCredentials(token) : appCredentials(app, base, http);
  const web = webOrigin(base.at(""));
  const reader = (repo: string, signal: AbortSignal) =>
    createReader({ base, http, credentials }, repoPath(repo), signal);

  return {
    async file(repo, path, ref, signal) {
      const { requestFor, ask } = reader(repo, signal);
      const request = await requestFor(`repos/${repoPath(repo)}/contents/${filePath(path)}`, { ref });
      const response = await ask({
        ...request,
        headers: { ...request.headers, accept: "application/vnd.github.raw+json" },
        maxBytes: MAX_FILE_BYTES,
      });
      if (response.status !== 404) return readText(request, response);
      // GitHub also answers 404 for a repository that the token may not see and for a commit that it does not
      // know; read as "deleted", either would archive a service.
      const commit = await requestFor(`repos/${repoPath(repo)}/commits/${encodeURIComponent(ref)}`, {});
      readJson(commit, await ask(commit), anything);
      return null;
    },

    async commits(repo, { path, window }, signal) {
      const query = { path, since: window.from, until: window.to, per_page: String(GITHUB_LIMITS.commits) };
      try {
        return (await reader(repo, signal).read("commits", query, commitList)).map(commitOf);
      } catch (error) {
        // A repository without any commit answers 409.
        if (error instanceof AppError && error.kind === "conflict") return [];
        throw error;
      }
    },

    async changedFiles(repo, sha, signal) {
      const found = await reader(repo, signal).read(`commits/${commitSha(sha)}`, {}, commitFiles);
      return filesOf(found.files);
    },

    async setCommitStatus(repo, sha, status, signal) {
      const { requestFor, ask } = reader(repo, signal);
      const request = await requestFor(`repos/${repoPath(repo)}/statuses/${commitSha(sha)}`, {});
      const write: HttpRequest = {
        ...request,
        method: "POST",
        // The newest status of a context is the one that counts, so a second equal one does no harm.
        idempotent: true,
        headers: { ...request.headers, "content-type": "application/json" },
        body: JSON.stringify({
          state: status.state,
          context: status.context,
          description: shorten(status.description),
          target_url: status.targetUrl,
        }),
      };
      readJson(write, await ask(write), anything);
    },

    deployments: async (repo, query, signal) =>
      readDeployments(reader(repo, signal), `${web}/${repo}/deployments`, query),

    /** Newest commit first, as `commits` has them; GitHub answers the oldest first. */
    async compare(repo, from, to, signal) {
      const path = `compare/${gitRef(from)}...${gitRef(to)}`;
      const found = await reader(repo, signal).read(
        path,
        { per_page: String(GITHUB_LIMITS.commits) },
        comparison,
      );
      return {
        commits: found.commits.slice(-GITHUB_LIMITS.commits).reverse().map(commitOf),
        files: filesOf(found.files),
        url: found.html_url ?? `${web}/${repoPath(repo)}/${path}`,
      };
    },
  };
}

function commitOf({ sha, html_url, author, commit }: Static<typeof commitShape>): Commit {
  return {
    sha,
    message: commit.message,
    author: author?.login ?? commit.author?.name ?? "unknown",
    at: commit.committer?.date ?? commit.author?.date ?? "",
    url: html_url,
  };
}

function filesOf(list: Static<typeof files> = []): ChangedFile[] {
  return list.slice(0, GITHUB_LIMITS.files).map(({ filename, status, additions, deletions, patch }) => ({
    path: filename,
    status,
    additions,
    deletions,
    ...(patch === undefined ? {} : { patch }),
  }));
}

/** By code points, so that no character is cut in half. */
function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_DESCRIPTION
    ? text
    : `${characters.slice(0, MAX_DESCRIPTION - 1).join("")}…`;
}
