import { AppError } from "@oncall/core";
import {
  exchangeError,
  type Http,
  type HttpRequest,
  place,
  statusError,
  withDeadline,
} from "../http/index.ts";
import { allowList } from "./allow-list.ts";
import { guardedConnector, type Resolve } from "./connector.ts";
import { fillTemplate } from "./template.ts";
import type { ResourceApiBackend } from "./types.ts";

export interface ResourceApiOptions {
  /** HANDLER_URL_ALLOW. */
  readonly allow: readonly string[];
  readonly http: Http;
  /** Whole exchange, redirects included; 5 s. */
  readonly timeoutMs?: number;
  /** Name resolution; the system's own otherwise. */
  readonly resolve?: Resolve;
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
const MAX_REDIRECTS = 3;

/** URLs that service teams wrote, asked under the rules of SPEC §4.3. */
export function createResourceApi(options: ResourceApiOptions): ResourceApiBackend {
  const allowed = allowList(options.allow);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const dispatcher = options.http.agent(guardedConnector(allowed.isExact, timeoutMs, options.resolve));

  async function follow(start: URL, signal: AbortSignal) {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      allowed.check(url);
      const request = requestFor(url, signal);
      const response = await options.http.request({ ...request, dispatcher });
      const { location } = response.headers;
      if (response.status >= 500) throw statusError(request, response);
      if (response.status < 300 || response.status >= 400 || response.status === 304) {
        return { status: response.status, body: bodyOf(response.text), url: url.href };
      }
      if (location === undefined || redirects === MAX_REDIRECTS || !URL.canParse(location, url.href)) {
        throw new AppError(
          "unavailable",
          `${url.host} redirects without an end or an aim (${place(url)}); correct the URL in service.yaml.`,
        );
      }
      const next = new URL(location, url);
      if (next.hostname !== url.hostname || (url.protocol === "https:" && next.protocol !== "https:")) {
        throw new AppError(
          "denied",
          `${place(url)} redirects to ${next.origin}, and redirects must stay on the same host; write the final URL into service.yaml.`,
        );
      }
      url = next;
    }
  }

  function requestFor(url: URL, signal: AbortSignal): HttpRequest {
    return {
      system: `The API at ${url.host}`,
      credential: "what it expects of its callers",
      url,
      signal,
      timeoutMs,
      maxBytes: MAX_BYTES,
    };
  }

  return {
    async get(urlTemplate, id, signal) {
      const url = fillTemplate(urlTemplate, id);
      try {
        return await withDeadline(signal, timeoutMs, (bounded) => follow(url, bounded));
      } catch (error) {
        throw exchangeError(requestFor(url, signal), error, timeoutMs);
      }
    },
  };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
