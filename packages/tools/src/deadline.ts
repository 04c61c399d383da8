import { AppError } from "@oncall/core";

const DEADLINE_MS = 10_000;
/** The tool's signal fires at this share of the deadline, so that one that asks many can hand back what it has. */
const TOOLS_SHARE = 0.9;

/** Runs with a signal of the deadline and the caller; a tool that does not listen to it is left behind. */
export async function withinDeadline<T>(
  name: string,
  {
    deadlineMs = DEADLINE_MS,
    signal: caller,
  }: { readonly deadlineMs?: number | undefined; readonly signal?: AbortSignal | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const soft = new AbortController();
  const cancelled = (): AppError => new AppError("unavailable", `${name} was cancelled by its caller.`);
  if (caller?.aborted) throw cancelled();
  const late = () =>
    new AppError(
      "unavailable",
      `${name} did not answer within ${deadlineMs / 1000} s. Ask for a shorter window, or try again.`,
    );
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      soft.abort(cancelled());
      reject(cancelled());
    };
    const softTimer = setTimeout(() => soft.abort(late()), deadlineMs * TOOLS_SHARE);
    const hardTimer = setTimeout(() => reject(late()), deadlineMs);
    caller?.addEventListener("abort", onAbort, { once: true });
    run(soft.signal)
      .then(resolve, (thrown) => reject(soft.signal.aborted ? soft.signal.reason : thrown))
      .finally(() => {
        clearTimeout(softTimer);
        clearTimeout(hardTimer);
        caller?.removeEventListener("abort", onAbort);
      });
  });
}

/** Throws unavailable when `work` takes longer. */
export async function atMost<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError("unavailable", `No answer within ${timeoutMs} ms.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
