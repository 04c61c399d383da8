import { AppError } from "@oncall/core";

/** Looks again after every change in Slack, and every 50 ms for what changes elsewhere. */
export function waitFor<T>(
  onChange: (listener: () => void) => () => void,
  what: string,
  find: () => T | undefined,
  timeoutMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stopListening();
      clearInterval(poll);
      clearTimeout(timeout);
      settle();
    };
    const look = (): void => {
      try {
        const found = find();
        if (found !== undefined) finish(() => resolve(found));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const stopListening = onChange(look);
    const poll = setInterval(look, 50);
    const timeout = setTimeout(
      () =>
        finish(() => reject(new AppError("unavailable", `${what} did not happen within ${timeoutMs} ms.`))),
      timeoutMs,
    );
    look();
  });
}
