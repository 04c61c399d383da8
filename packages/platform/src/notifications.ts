import type { Sql } from "./database.ts";

/** Wakes up who waits for something of a certain name. A wake-up may be missed: waiting has a limit, then one looks. */
export interface Notifications {
  /** Calls `wake` whenever `name` was notified, until the answered function is called. */
  on(name: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Postgres LISTEN on one channel, for the whole process, over one connection of its own that is opened again when it
 * breaks; then everybody is woken, for something may have been missed.
 * https://github.com/porsager/postgres#listen--notify
 */
export async function listen(sql: Sql, channel: string): Promise<Notifications> {
  const waiting = new Map<string, Set<() => void>>();
  const subscription = await sql.listen(
    channel,
    (name) => {
      for (const wake of waiting.get(name) ?? []) wake();
    },
    () => {
      for (const wakes of waiting.values()) for (const wake of wakes) wake();
    },
  );
  return {
    on(name, wake) {
      const wakes = waiting.get(name) ?? new Set();
      wakes.add(wake);
      waiting.set(name, wakes);
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0 && waiting.get(name) === wakes) waiting.delete(name);
      };
    },
    close: () => subscription.unlisten(),
  };
}
