import { request } from "undici";

export interface Delivery {
  /** The status that came back, or 0 when none did in time. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** From the request to the whole answer. */
  readonly ms: number;
  /** Why there is no status. */
  readonly error?: string;
}

const MAX_BODY = 65_536;

/** POSTs a webhook; never throws: a receiver that is down is an outcome. At most 64 KiB of the answer are kept. */
export async function deliver(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<Delivery> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  try {
    const answer = await request(url, {
      method: "POST",
      headers,
      body,
      // A connection of its own: the receiver may be killed and come back between two deliveries.
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: text.slice(0, MAX_BODY),
      ms: elapsed(),
    };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { status: 0, headers: {}, body: "", ms: elapsed(), error: reason };
  }
}
