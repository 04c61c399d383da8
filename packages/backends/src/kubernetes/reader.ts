import { AppError, type Checker, redact } from "@oncall/core";
import {
  fit,
  type Http,
  type HttpRequest,
  notItsProtocol,
  parseJson,
  place,
  readText,
} from "../http/index.ts";
import { type Cluster, systemName } from "./clusters.ts";
import { page, verdict } from "./schemas.ts";

const PAGE_SIZE = 500;
const CACHE_MS = 3_000;
const MAX_BYTES = 32 * 1024 * 1024;

export type Reader = ReturnType<typeof createReader>;

/** GETs of one cluster's API: https://kubernetes.io/docs/reference/using-api/api-concepts/. */
export function createReader(http: Http, cluster: Cluster, signal: AbortSignal) {
  async function requestFor(path: string, query: Record<string, string | undefined>): Promise<HttpRequest> {
    const { base, headers, dispatcher } = await cluster.connect();
    return {
      system: systemName(cluster.name),
      credential: "KUBERNETES_TOKEN or the kubeconfig's user",
      url: base.at(path, query),
      headers,
      signal,
      maxBytes: MAX_BYTES,
      cacheMs: CACHE_MS,
      ...(dispatcher === undefined ? {} : { dispatcher }),
    };
  }

  return {
    /** The object, or null where the API answers 404. */
    async get<T>(path: string, shape: Checker<T>, { cacheMs = CACHE_MS } = {}): Promise<T | null> {
      const request = { ...(await requestFor(path, {})), cacheMs };
      const response = await http.request(request);
      if (response.status === 404) return null;
      return fit(request, withoutNulls(parseJson(request, readText(request, response))), shape);
    },

    /**
     * A plain-text answer, or the sentence of a 400 that matches `missing`: what was asked for does not exist.
     * Never cached: logs grow.
     */
    async text(
      path: string,
      query: Record<string, string | undefined>,
      missing: RegExp,
    ): Promise<{ text: string } | { missing: string }> {
      const asked = await requestFor(path, query);
      const request = { ...asked, cacheMs: 0, headers: { ...asked.headers, accept: "*/*" } };
      const response = await http.request(request);
      const said = response.status === 400 ? fit(request, parseJson(request, response.text), verdict) : {};
      if (said.message !== undefined && missing.test(said.message)) return { missing: redact(said.message) };
      const text = readText(request, response);
      if (response.headers["content-type"]?.startsWith("text/html"))
        throw notItsProtocol(request, "a web page");
      return { text };
    },

    /** All items up to `limit`, page by page. A list that expired meanwhile (410) is begun anew, once. */
    async list<T>(
      path: string,
      query: Record<string, string | undefined>,
      limit: number,
      shape: Checker<T>,
    ): Promise<T[]> {
      let items: T[] = [];
      let token: string | undefined;
      let restarted = false;
      for (;;) {
        const pageSize = String(Math.min(PAGE_SIZE, limit - items.length));
        const asked = await requestFor(path, { ...query, limit: pageSize, continue: token });
        // Begun anew, the first page must not come from the cache: its token is the one that expired.
        const request = restarted ? { ...asked, cacheMs: 0 } : asked;
        const response = await http.request(request);
        if (response.status === 410 && token !== undefined) {
          if (restarted) throw changesTooFast(request);
          restarted = true;
          items = [];
          token = undefined;
          continue;
        }
        const answer = fit(request, withoutNulls(parseJson(request, readText(request, response))), page);
        items.push(...(answer.items ?? []).map((item) => fit(request, item, shape)));
        token = answer.metadata?.continue || undefined;
        if (token === undefined || items.length >= limit) return items;
      }
    },
  };
}

function changesTooFast({ system, url }: HttpRequest): AppError {
  return new AppError(
    "unavailable",
    `${system} let the list at ${place(url)} expire twice while it was read; try again when the API server is less busy.`,
  );
}

/**
 * Go's encoder writes null for an empty time, list or map; absent means the same and needs no type. Of what has just been
 * parsed, in place: lists are long.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    const kept = value.includes(null) ? value.filter((item) => item !== null) : value;
    for (let i = 0; i < kept.length; i++) kept[i] = withoutNulls(kept[i]);
    return kept;
  }
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (item === null || key === "managedFields") delete object[key];
    else if (typeof item === "object") object[key] = withoutNulls(item);
  }
  return object;
}
