import { AppError } from "@oncall/core";

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

export interface Landed<T> {
  readonly value: T;
  /** True when the answer was already being fetched for somebody else. */
  readonly joined: boolean;
}

/**
 * Equal work that is asked for while it is under way is done once. Each caller may leave by itself; when the last has
 * left, the work is stopped. `run` must keep a deadline of its own.
 */
export function singleFlight<T>() {
  const flights = new Map<string, Flight<T>>();

  return async (
    key: string,
    { signal, run }: { signal: AbortSignal | undefined; run: (signal: AbortSignal) => Promise<T> },
  ): Promise<Landed<T>> => {
    if (signal?.aborted) throw cancelled();
    const known = flights.get(key);
    const flight = known ?? start(key, run);
    flight.waiting++;
    try {
      return { value: await leaving(flight.answer, signal), joined: known !== undefined };
    } finally {
      flight.waiting--;
      // One that has landed is forgotten already and has nothing left to stop.
      if (flight.waiting === 0 && flights.get(key) === flight) {
        flights.delete(key);
        flight.stop.abort(cancelled());
      }
    }
  };

  function start(key: string, run: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const flight: Flight<T> = { answer: run(stop.signal), stop, waiting: 0 };
    flights.set(key, flight);
    const forget = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.answer.then(forget, forget);
    return flight;
  }
}

/** The answer, unless the caller goes away first. */
async function leaving<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await answer;
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(cancelled());
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function cancelled(): AppError {
  return new AppError("unavailable", "The call was cancelled by its caller.");
}
