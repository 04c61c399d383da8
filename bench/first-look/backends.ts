import { fork } from "node:child_process";
import { once } from "node:events";
import type { Ask, Started, Told } from "./backends-protocol.ts";
import type { Exchange } from "./desk.ts";

/** Acme's backends in a process of their own. */
export interface BackendsProcess extends Started {
  /** Every answer takes so long from now on; `hold` names an exchange whose answer waits until nothing else moves. */
  begin(delayMs: number, hold?: string): Promise<void>;
  /** What was asked since. */
  end(): Promise<readonly Exchange[]>;
  close(): Promise<void>;
}

export async function startBackends(scenario: string, now: Date, pods: number): Promise<BackendsProcess> {
  // Standard output belongs to the report.
  const child = fork(new URL("./backends-process.js", import.meta.url), { stdio: ["ignore", 2, 2, "ipc"] });
  const ask = async (what: Ask): Promise<Exclude<Told, { failed: string }>> => {
    const gone = new AbortController();
    const answered = once(child, "message", { signal: gone.signal });
    const ended = once(child, "exit", { signal: gone.signal });
    child.send(what);
    try {
      const [told] = (await Promise.race([
        answered,
        ended.then(([code]) => [{ failed: `The backends' process ended (exit code ${code}).` }]),
      ])) as [Told];
      if ("failed" in told) throw new Error(told.failed);
      return told;
    } finally {
      gone.abort();
      for (const waiting of [answered, ended]) waiting.catch(() => undefined);
    }
  };
  const started = (await ask({ do: "start", scenario, now: now.toISOString(), pods })) as Started;
  return {
    ...started,
    begin: async (delayMs, hold) => void (await ask({ do: "begin", delayMs, hold: hold ?? null })),
    async end() {
      const told = await ask({ do: "end" });
      return "exchanges" in told ? told.exchanges : [];
    },
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
