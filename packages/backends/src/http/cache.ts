import { createHash } from "node:crypto";
import type { HttpRequest, HttpResponse } from "./types.ts";

const MAX_ENTRIES = 200;
const MAX_TEXT_LENGTH = 256 * 1024;

interface Entry {
  readonly answer: Promise<HttpResponse>;
  /** Infinity while under way. */
  expiresAt: number;
}

/**
 * Equal requests under way share one exchange, and for a short time its answer. Only 2xx answers of up to
 * 256 Ki characters stay, 200 at most.
 */
export function answerCache() {
  const entries = new Map<string, Entry>();
  return (request: HttpRequest, ttlMs: number, ask: () => Promise<HttpResponse>): Promise<HttpResponse> => {
    const key = keyOf(request);
    const known = entries.get(key);
    if (known !== undefined && known.expiresAt > performance.now()) return known.answer;
    const entry: Entry = { answer: ask(), expiresAt: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    const forget = () => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    entry.answer.then((response) => {
      const fits = response.status < 300 && response.text.length <= MAX_TEXT_LENGTH;
      if (!fits) return forget();
      entry.expiresAt = performance.now() + ttlMs;
      prune(entries);
    }, forget);
    return entry.answer;
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
function keyOf(request: HttpRequest): string {
  const headers = Object.entries(request.headers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [request.system, request.method ?? "GET", request.url.href, request.body ?? "", headers];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
