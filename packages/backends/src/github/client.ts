import { checker } from "@oncall/core";
import { Type } from "typebox";
import {
  baseUrl,
  bearerAuth,
  type Http,
  type HttpRequest,
  type HttpResponse,
  rateLimited,
  readJson,
  readText,
  retryAfterMs,
} from "../http/index.ts";
import { commitSha, filePath, repoPath } from "./paths.ts";
import type { GithubBackend } from "./types.ts";

export interface GithubOptions {
  /** `https://api.github.com`, or an Enterprise server's `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly token?: string | undefined;
  readonly http: Http;
}

const person = Type.Union([Type.Object({ login: Type.Optional(Type.String()) }), Type.Null()]);
const signature = Type.Optional(
  Type.Union([
    Type.Object({ name: Type.Optional(Type.String()), date: Type.Optional(Type.String()) }),
    Type.Null(),
  ]),
);
const commitList = checker(
  Type.Array(
    Type.Object({
      sha: Type.String(),
      html_url: Type.String(),
      author: Type.Optional(person),
      commit: Type.Object({ message: Type.String(), author: signature, committer: signature }),
    }),
  ),
);
const commitFiles = checker(
  Type.Object({
    files: Type.Optional(
      Type.Array(
        Type.Object({
          filename: Type.String(),
          status: Type.String(),
          additions: Type.Number(),
          deletions: Type.Number(),
          patch: Type.Optional(Type.String()),
        }),
      ),
    ),
  }),
);
const anything = checker(Type.Unknown());

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DESCRIPTION = 140;
const CACHE_MS = 10_000;

/** GitHub's REST API: https://docs.github.com/en/rest. */
export function createGithub(options: GithubOptions): GithubBackend {
  const base = baseUrl("GitHub", options.apiUrl);

  function requestFor(
    path: string,
    query: Record<string, string | undefined>,
    signal: AbortSignal,
  ): HttpRequest {
    return {
      system: "GitHub",
      credential: "GITHUB_TOKEN",
      url: base.at(path, query),
      headers: {
        ...(options.token === undefined ? {} : bearerAuth(options.token)),
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
      },
      signal,
    };
  }

  async function ask(request: HttpRequest): Promise<HttpResponse> {
    const response = await follow(request, await options.http.request(request));
    const wait = rateLimitWaitMs(response);
    if (wait !== undefined) throw rateLimited(request, wait);
    return response;
  }

  /** A renamed or transferred repository answers its old name with one redirect to its id. */
  async function follow(request: HttpRequest, response: HttpResponse): Promise<HttpResponse> {
    const { location } = response.headers;
    if (location === undefined || ![301, 302, 307, 308].includes(response.status)) return response;
    const moved = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
    if (moved?.origin !== request.url.origin) return response;
    return options.http.request({ ...request, url: moved });
  }

  return {
    async file(repo, path, ref, signal) {
      const request = requestFor(`repos/${repoPath(repo)}/contents/${filePath(path)}`, { ref }, signal);
      const response = await ask({
        ...request,
        headers: { ...request.headers, accept: "application/vnd.github.raw+json" },
        maxBytes: MAX_FILE_BYTES,
      });
      if (response.status !== 404) return readText(request, response);
      // GitHub also answers 404 for a repository that the token may not see and for a commit that it does not
      // know; read as "deleted", either would archive a service.
      const commit = requestFor(`repos/${repoPath(repo)}/commits/${encodeURIComponent(ref)}`, {}, signal);
      readJson(commit, await ask(commit), anything);
      return null;
    },

    async commits(repo, { path, window }, signal) {
      const query = { path, since: window.from, until: window.to, per_page: "100" };
      const request = { ...requestFor(`repos/${repoPath(repo)}/commits`, query, signal), cacheMs: CACHE_MS };
      const response = await ask(request);
      // A repository without any commit answers 409.
      if (response.status === 409) return [];
      return readJson(request, response, commitList).map(({ sha, html_url, author, commit }) => ({
        sha,
        message: commit.message,
        author: author?.login ?? commit.author?.name ?? "unknown",
        at: commit.committer?.date ?? commit.author?.date ?? "",
        url: html_url,
      }));
    },

    async changedFiles(repo, sha, signal) {
      const request = {
        ...requestFor(`repos/${repoPath(repo)}/commits/${commitSha(sha)}`, {}, signal),
        cacheMs: CACHE_MS,
      };
      const { files = [] } = readJson(request, await ask(request), commitFiles);
      return files.map(({ filename, ...file }) => ({
        path: filename,
        status: file.status,
        additions: file.additions,
        deletions: file.deletions,
        ...(file.patch === undefined ? {} : { patch: file.patch }),
      }));
    },

    async setCommitStatus(repo, sha, status, signal) {
      const request = requestFor(`repos/${repoPath(repo)}/statuses/${commitSha(sha)}`, {}, signal);
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
  };
}

/** Both of GitHub's limits: the hourly one (a 403 with nothing remaining) and the secondary one (`Retry-After`). */
function rateLimitWaitMs(response: HttpResponse): number | undefined {
  if (response.status !== 403 && response.status !== 429) return undefined;
  const asked = retryAfterMs(response);
  if (asked !== undefined) return asked;
  if (response.headers["x-ratelimit-remaining"] !== "0") return undefined;
  const resetSeconds = Number(response.headers["x-ratelimit-reset"]);
  return Number.isFinite(resetSeconds) ? Math.max(0, resetSeconds * 1000 - Date.now()) : 60_000;
}

/** By code points, so that no character is cut in half. */
function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_DESCRIPTION
    ? text
    : `${characters.slice(0, MAX_DESCRIPTION - 1).join("")}…`;
}
