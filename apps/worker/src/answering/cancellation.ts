import type { TurnStore } from "@oncall/incidents";
import type { Logger, Notifications } from "@oncall/platform";

export interface Cancellation {
  /** Aborted when somebody cancels the turn. */
  readonly signal: AbortSignal;
  close(): void;
}

/** A notification may be lost; then it is seen by looking. */
const LOOK_EVERY_MS = 2_000;

/** Watches whether a turn that is being worked on is cancelled. */
export function watchForCancel(
  turnId: string,
  { turns, cancels, logger }: { turns: TurnStore; cancels: Notifications; logger: Logger },
): Cancellation {
  const abort = new AbortController();
  const look = (): void => {
    turns.get(turnId).then(
      ({ cancelRequested }) => {
        if (cancelRequested) abort.abort(new Error("the question was cancelled"));
      },
      (err: unknown) => logger.warn({ err, turn: turnId }, "could not see whether a question was cancelled"),
    );
  };
  const off = cancels.on(turnId, look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return {
    signal: abort.signal,
    close: () => {
      off();
      clearInterval(timer);
    },
  };
}
