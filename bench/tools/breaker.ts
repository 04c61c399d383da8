import { median } from "../report.ts";
import { benchRegistry } from "./bench-registry.ts";
import { startLoopback } from "./loopback.ts";

/** Failures in a row after which the HTTP client's circuit opens. */
const BREAK_AFTER = 5;
const OPEN_CALLS = 20;

/** Median time of a failing call in milliseconds, before and after its backend's circuit opened; fresh clients each run. */
export async function breakerRuns(runs: number): Promise<{ closed: number; open: number }[]> {
  const backend = await startLoopback({ delayMs: 50, status: 500, body: { message: "out of order" } });
  const results: { closed: number; open: number }[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      const { registry, close } = benchRegistry({ resources: backend.url });
      const call = async (i: number): Promise<number> => {
        const started = performance.now();
        const { state } = await registry.call("get_resource", { id: `s0-${i}` });
        if (state !== "error") throw new Error(`a failing backend was answered for with ${state}`);
        return performance.now() - started;
      };
      const closed: number[] = [];
      for (let i = 0; i < BREAK_AFTER; i++) closed.push(await call(i));
      const reached = backend.received.length;
      const open: number[] = [];
      for (let i = 0; i < OPEN_CALLS; i++) open.push(await call(BREAK_AFTER + i));
      if (backend.received.length > reached) throw new Error("the circuit did not open");
      results.push({ closed: median(closed), open: median(open) });
      await close();
    }
  } finally {
    await backend.close();
  }
  return results;
}
