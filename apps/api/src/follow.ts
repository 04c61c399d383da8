import type { Turn, TurnEvent, TurnStore } from "@oncall/incidents";
import type { Notifications } from "@oncall/platform";

export interface FollowDeps {
  readonly turns: TurnStore;
  /** Wakes on a turn of which there is news. */
  readonly news: Notifications;
}

/** News of a turn; `event` is null when there was none for a while, so that a silent connection can be kept alive. */
export interface News {
  readonly seq: number;
  readonly event: TurnEvent | null;
}

/** A notification may be lost; then news is seen by looking. */
const LOOK_EVERY_MS = 2_000;

/** What happens to a turn after event number `after`, until it ends or `signal` aborts. */
export async function* follow(
  turnId: string,
  after: number,
  { turns, news }: FollowDeps,
  signal: AbortSignal,
): AsyncGenerator<News, void> {
  const bell = createBell(signal);
  const off = news.on(turnId, bell.ring);
  let seq = after;
  try {
    while (!signal.aborted) {
      const events = await turns.events(turnId, seq);
      for (const found of events) {
        seq = found.seq;
        yield found;
        if (found.event.kind === "end") return;
      }
      if (events.length === 0 && !(await bell.rung(LOOK_EVERY_MS))) yield { seq, event: null };
    }
  } finally {
    off();
  }
}

/** The turn once it has ended, or as it stands when `signal` aborts. */
export async function ended(turnId: string, deps: FollowDeps, signal: AbortSignal): Promise<Turn> {
  for await (const _ of follow(turnId, 0, deps, signal));
  return deps.turns.get(turnId);
}

/** A ring between two waits is not lost. */
function createBell(signal: AbortSignal) {
  let missed = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    missed = true;
    wake();
  };
  return {
    ring,
    /** Whether it rang; false after `timeoutMs` or an abort. */
    async rung(timeoutMs: number): Promise<boolean> {
      if (!missed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener("abort", wake, { once: true });
        });
        signal.removeEventListener("abort", wake);
      }
      const rang = missed;
      missed = false;
      return rang;
    },
  };
}
