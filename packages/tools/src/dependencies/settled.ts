import { AppError, toAppError } from "@oncall/core";

const LATE = "The check did not answer in time.";

/** The check's answer, or what to answer for the reason there is none; also when it does not listen to the signal. Only a bug is thrown. */
export async function settled<T>(
  check: Promise<T>,
  otherwise: (why: string) => T,
  signal: AbortSignal,
): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new AppError("unavailable", LATE));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([check, aborted]);
  } catch (thrown) {
    if (signal.aborted) return otherwise(LATE);
    const error = toAppError(thrown);
    if (error.kind === "bug") throw thrown;
    return otherwise(error.message);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
