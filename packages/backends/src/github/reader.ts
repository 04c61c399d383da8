import type { Checker } from "@oncall/core";
import {
  type BaseUrl,
  type Http,
  type HttpRequest,
  type HttpResponse,
  rateLimited,
  readJson,
  retryAfterMs,
} from "../http/index.ts";
import type { Credentials } from "./credentials.ts";

const CACHE_MS = 10_000;

export type GithubReader = ReturnType<typeof createReader>;

/** Requests about one repository (a checked `owner/name`) with the credentials that are good for it. */
export function createReader(
  { base, http, credentials }: { base: BaseUrl; http: Http; credentials: Credentials },
  repoPath: string,
  signal: AbortSignal,
) {
  async function requestFor(path: string, query: Record<string, string | undefined>): Promise<HttpRequest> {
    return {
      system: "GitHub",
      credential: credentials.name,
      url: base.at(path, query),
      headers: {
        ...(await credentials.headersFor(repoPath, signal)),
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
      },
      signal,
    };
  }

  async function ask(request: HttpRequest): Promise<HttpResponse> {
    const response = await follow(request, await http.request(request));
    const wait = rateLimitWaitMs(response);
    if (wait !== undefined) throw rateLimited(request, wait);
    if (response.status === 401) credentials.forget(repoPath);
    return response;
  }

  /** A renamed or transferred repository answers its old name with one redirect to its id. */
  async function follow(request: HttpRequest, response: HttpResponse): Promise<HttpResponse> {
    const { location } = response.headers;
    if (location === undefined || ![301, 302, 307, 308].includes(response.status)) return response;
    const moved = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
    if (moved?.origin !== request.url.origin) return response;
    return http.request({ ...request, url: moved });
  }

  return {
    requestFor,
    ask,
    /** A GET below `repos/owner/name`, answered from the cache for some seconds. */
    async read<T>(path: string, query: Record<string, string | undefined>, shape: Checker<T>): Promise<T> {
      const request = { ...(await requestFor(`repos/${repoPath}/${path}`, query)), cacheMs: CACHE_MS };
      return readJson(request, await ask(request), shape);
    },
  };
}

/** Where people see what the API is about: `https://api.github.com` and Enterprise's `https://host/api/v3`. */
export function webOrigin(apiUrl: URL): string {
  return apiUrl.hostname === "api.github.com" ? "https://github.com" : apiUrl.origin;
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
