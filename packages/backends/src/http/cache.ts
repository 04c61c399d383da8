import type { HttpRequest, HttpResponse } from "./types.ts";

const MAX_ENTRIES = 200;
const MAX_TEXT_LENGTH = 256 * 1024;

interface Entry {
  readonly answer: Promise<HttpResponse>;
  /** Ends the exchange when the last of those who wait for it has left. */
  readonly controller: AbortController;
  waiting: number;
  /** Infinity while under way. */
  expiresAt: number;
}

export interface Cached {
  readonly answer: Promise<HttpResponse>;
  /** Whether the answer was there or on its way already. */
  readonly hit: boolean;
}

/**
 * Equal requests under way share one exchange, and for a short time its answer. An exchange that nobody waits for
 * any more is given up. Only 2xx answers of up to 256 Ki characters stay, 200 at most.
 */
export function answerCache() {
  const entries = new Map<string, Entry>();

  function begin(key: string, ttlMs: number, ask: (signal: AbortSignal) => Promise<HttpResponse>): Entry {
    const controller = new AbortController();
    const answer = ask(controller.signal);
    const entry: Entry = { answer, controller, waiting: 0, expiresAt: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    const forget = () => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    controller.signal.addEventListener("abort", forget, { once: true });
    answer.then((response) => {
      const fits = response.status < 300 && response.text.length <= MAX_TEXT_LENGTH;
      if (!fits) return forget();
      entry.expiresAt = performance.now() + ttlMs;
      prune(entries);
    }, forget);
    return entry;
  }

  return (
    request: HttpRequest,
    ttlMs: number,
    caller: AbortSignal,
    ask: (signal: AbortSignal) => Promise<HttpResponse>,
  ): Cached => {
    const key = keyOf(request);
    const known = entries.get(key);
    const hit = known !== undefined && known.expiresAt > performance.now();
    const entry = hit ? known : begin(key, ttlMs, ask);
    const underWay = entry.expiresAt === Number.POSITIVE_INFINITY;
    if (underWay) {
      entry.waiting++;
      const leave = () => {
        if (--entry.waiting === 0) entry.controller.abort(caller.reason);
      };
      caller.addEventListener("abort", leave, { once: true });
    }
    return { answer: entry.answer, hit };
  };
}

function prune(entries: Map<string, Entry>): void {
  const now = performance.now();
  for (const [key, entry] of entries) {
    const settled = entry.expiresAt !== Number.POSITIVE_INFINITY;
    if (entry.expiresAt <= now || (settled && entries.size > MAX_ENTRIES)) entries.delete(key);
  }
}

/** The headers are part of the key, so that no one is answered with another's credentials. */
function keyOf({ system, method = "GET", url, body = "", headers = {}, signer }: HttpRequest): string {
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${system} ${method} ${url.href}\n${signer?.identity ?? ""}\n${JSON.stringify(sorted)}\n${body}`;
}
