import { setTimeout as delay } from "node:timers/promises";

/** One request to a backend and its answer, by the backends' own clock in milliseconds. */
export interface Exchange {
  /** The same request in every run: backend, request, and which of its equals it was. */
  readonly key: string;
  readonly backend: string;
  /** What was asked, in words. */
  readonly asked: string;
  readonly arrivedMs: number;
  readonly answeredMs: number;
  /** Entries of lists in the answer's JSON, where the backend lists objects. */
  readonly items: number;
  /** Whether it came only after the answer that was held back had been given. */
  readonly afterHeld: boolean;
}

/** Nothing under way and nothing new for so long: whoever still waits, waits for the answer that is held back. */
const QUIET_MS = 250;
const LONGEST_HOLD_MS = 20_000;

/** What all the backends share: how slow they are, what they were asked, and which answer is held back. */
export function createDesk() {
  let delayMs = 0;
  let exchanges: Exchange[] = [];
  let seen = new Map<string, number>();
  let held: string | null = null;
  let released = false;
  let underWay = 0;
  let lastAt = performance.now();

  return {
    /** Begins a run: forgets the last one's exchanges. `hold` names the one whose answer the rest must do without. */
    begin(answerAfterMs: number, hold: string | null = null): void {
      delayMs = answerAfterMs;
      exchanges = [];
      seen = new Map();
      held = hold;
      released = false;
      lastAt = performance.now();
    },
    exchanges: (): readonly Exchange[] => exchanges,

    /** Sees one request through: `answer` after the delay, later when it is the one that is held back. */
    async serve(
      backend: string,
      asked: string,
      identity: string,
      answer: () => Promise<number>,
      send: () => Promise<void>,
    ): Promise<void> {
      const arrivedMs = performance.now();
      const nth = (seen.get(`${backend} ${identity}`) ?? 0) + 1;
      seen.set(`${backend} ${identity}`, nth);
      const key = `${backend} ${identity} #${nth}`;
      const afterHeld = released;
      underWay++;
      lastAt = arrivedMs;
      const items = await answer();
      await delay(Math.max(0, delayMs - (performance.now() - arrivedMs)));
      underWay--;
      if (key === held) await quiet();
      await send();
      lastAt = performance.now();
      exchanges.push({ key, backend, asked, arrivedMs, answeredMs: lastAt, items, afterHeld });
    },
  };

  async function quiet(): Promise<void> {
    const began = performance.now();
    while (performance.now() - began < LONGEST_HOLD_MS) {
      if (underWay === 0 && performance.now() - lastAt > QUIET_MS) break;
      await delay(10);
    }
    released = true;
  }
}

export type Desk = ReturnType<typeof createDesk>;
