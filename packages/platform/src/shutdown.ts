import type { Logger } from "./logger.ts";

export interface Closers {
  /** Registers a close, beside the open it belongs to. */
  add(name: string, close: () => unknown): void;
  /**
   * Closes in reverse order, each within its own limit; one that fails or hangs is logged and the rest go
   * on. Later calls join the first.
   */
  closeAll(): Promise<void>;
}

/** What a composition root opened, to be closed in reverse. */
export function createClosers({
  logger,
  stepTimeoutMs = 10_000,
}: {
  readonly logger: Logger;
  readonly stepTimeoutMs?: number;
}): Closers {
  const steps: { name: string; close: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { name, close } = step;
      try {
        await within(stepTimeoutMs, Promise.resolve().then(close));
      } catch (err) {
        logger.error({ err, step: name }, "could not close cleanly");
      }
    }
  }

  return {
    add: (name, close) => {
      steps.push({ name, close });
    },
    closeAll: () => {
      closing ??= run();
      return closing;
    },
  };
}

/** `work`, or an error after `timeoutMs`; what was started is not stopped by it. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
