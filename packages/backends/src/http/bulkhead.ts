import { BulkheadRejectedError } from "cockatiel";

export type Bulkhead = <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T>;

/**
 * At most `capacity` runs at once and `maxWaiting` in line, first come first served; one more is rejected. Whoever
 * gives up leaves the line at once and takes nobody's turn, which cockatiel's bulkhead does not see to: there the
 * turn given to one who had left is lost, and the rest of the line waits for nothing.
 */
export function bulkhead(capacity: number, maxWaiting: number): Bulkhead {
  let active = 0;
  const line = new Set<() => void>();

  function turn(signal: AbortSignal): Promise<void> {
    if (line.size >= maxWaiting) throw new BulkheadRejectedError(capacity, maxWaiting);
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.delete(begin);
        reject(signal.reason);
      };
      const begin = () => {
        line.delete(begin);
        signal.removeEventListener("abort", leave);
        resolve();
      };
      line.add(begin);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  return async (signal, run) => {
    signal.throwIfAborted();
    if (active < capacity) active++;
    else await turn(signal);
    try {
      return await run();
    } finally {
      // The place is handed on as it is, so that no newcomer slips in before the line.
      const [next] = line;
      if (next === undefined) active--;
      else next();
    }
  };
}
