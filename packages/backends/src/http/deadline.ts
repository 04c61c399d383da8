import { setMaxListeners } from "node:events";

/** Why an exchange was given up: its time was over, or nobody waits for it any more. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  readonly timedOut: boolean;

  constructor(timedOut: boolean, cause?: unknown) {
    super(timedOut ? "time is over" : "cancelled", { cause });
    this.timedOut = timedOut;
  }
}

/**
 * Runs `run` until it settles, `timeoutMs` is over or `signal` aborts, and rejects with `Stopped` in the latter
 * cases even if `run` does not react. The timer and listener never outlive the call, which AbortSignal.any
 * and AbortSignal.timeout do not promise.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw stoppedBy(signal);
  // Dozens of requests at once under one caller's signal are usual here, and no leak.
  setMaxListeners(0, signal);
  const controller = new AbortController();
  const onAbort = () => controller.abort(stoppedBy(signal));
  const timer = setTimeout(() => controller.abort(new Stopped(true)), timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  const stopped = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  try {
    return await Promise.race([run(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A caller's own timeout says as much about the other side as ours does. */
function stoppedBy(signal: AbortSignal): Stopped {
  const reason: unknown = signal.reason;
  if (reason instanceof Stopped) return reason;
  return new Stopped(reason instanceof Error && reason.name === "TimeoutError", reason);
}
