import { retryAfterMs } from "./retry-after.ts";

/** Being told to wait longer is an answer, not a pause: an investigation has minutes. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * `fetch` as the SDK is to see it: it would sleep however long `retry-after` says, and would wait for ever for the
 * rest of a stream.
 */
export function patientFetch({ idleMs }: { readonly idleMs: number }): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status } = response;
    if (!response.ok) {
      if (!((retryAfterMs(response.headers) ?? 0) > MAX_RETRY_AFTER_MS)) return response;
      const headers = new Headers(response.headers);
      headers.set("x-should-retry", "false");
      return new Response(response.body, { status, headers });
    }
    const body = response.body?.pipeThrough(idleLimit(idleMs)) ?? null;
    return new Response(body, { status, headers: response.headers });
  };
}

/** Fails the body when nothing has come for so long. */
function idleLimit(idleMs: number): TransformStream<Uint8Array, Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const wait = (controller: TransformStreamDefaultController): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.error(new Error(`nothing came for ${idleMs} ms`)), idleMs);
    timer.unref();
  };
  return new TransformStream({
    start: wait,
    transform(chunk, controller) {
      wait(controller);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
  });
}
