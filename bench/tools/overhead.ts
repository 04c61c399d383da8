import { benchRegistry } from "./bench-registry.ts";
import { quantile, startLoopback } from "./loopback.ts";

const CALLS = 500;
const WARM_UP = 50;

/** What a call of a tool takes beyond the time its one request is with the backend, in milliseconds. */
export async function overhead(): Promise<{ p50: number; p99: number; calls: number }> {
  const backend = await startLoopback({ delayMs: 10, body: { id: "s0-1", status: "PAID" } });
  const { registry, close } = benchRegistry({ resources: backend.url });
  try {
    const beyond: number[] = [];
    for (let i = 0; i < WARM_UP + CALLS; i++) {
      const started = performance.now();
      const { state } = await registry.call("get_resource", { id: `s0-${i}` });
      const took = performance.now() - started;
      if (state !== "ok") throw new Error(`get_resource answered ${state}`);
      if (i >= WARM_UP) beyond.push(took - (backend.servedMs.at(-1) ?? 0));
    }
    return { p50: quantile(beyond, 0.5), p99: quantile(beyond, 0.99), calls: CALLS };
  } finally {
    await close();
    await backend.close();
  }
}
