import { setTimeout as delay } from "node:timers/promises";
import type { Registry } from "@oncall/tools";
import { benchRegistry, EMPTY_LOGS } from "./bench-registry.ts";
import { quantile, startLoopback } from "./loopback.ts";

const BLOCKS = 8;
const CALLS_PER_BLOCK = 50;
const AT_ONCE = 8;
const WAITING = 40;

/** p99 in milliseconds of calls to healthy backends, while another hangs and while it is left alone. */
export interface Pair {
  readonly disturbed: number;
  readonly undisturbed: number;
}

/**
 * In each run blocks of both kinds take turns, so that whatever else the machine does meets both alike; each side's
 * p99 is over all its blocks of the run.
 */
export async function isolationRuns(runs: number): Promise<Pair[]> {
  const resources = await startLoopback({ delayMs: 50, body: { status: "PAID" } });
  const opensearch = await startLoopback({ delayMs: 50, body: EMPTY_LOGS });
  const prometheus = await startLoopback({ delayMs: 0, body: null, hangs: true });
  const { registry, close } = benchRegistry({
    resources: resources.url,
    opensearch: opensearch.url,
    prometheus: prometheus.url,
  });
  let asked = 0;
  const alone = (): Promise<number[]> => block(registry, () => asked++);
  const besideHanging = (): Promise<number[]> =>
    whileHanging(registry, () => prometheus.received.length, alone);
  try {
    await alone();
    const pairs: Pair[] = [];
    for (let run = 0; run < runs; run++) {
      const disturbed: number[] = [];
      const undisturbed: number[] = [];
      for (let i = 0; i < BLOCKS; i++) {
        const disturbedFirst = (run + i) % 2 === 0;
        if (disturbedFirst) disturbed.push(...(await besideHanging()));
        undisturbed.push(...(await alone()));
        if (!disturbedFirst) disturbed.push(...(await besideHanging()));
      }
      pairs.push({ disturbed: quantile(disturbed, 0.99), undisturbed: quantile(undisturbed, 0.99) });
    }
    return pairs;
  } finally {
    await close();
    await Promise.all([resources.close(), opensearch.close(), prometheus.close()]);
  }
}

async function whileHanging<T>(
  registry: Registry,
  reached: () => number,
  measure: () => Promise<T>,
): Promise<T> {
  const before = reached();
  const leaves = Array.from({ length: WAITING }, () => new AbortController());
  const waiting = leaves.map(({ signal }, i) =>
    registry.call("get_service_health", { service: `shop-${i}` }, { signal, deadlineMs: 60_000 }),
  );
  // The calls hang once the backend has as many requests as it may have at a time; setting them up is not measured.
  for (let i = 0; i < 100 && reached() === before; i++) await delay(10);
  await delay(50);
  try {
    return await measure();
  } finally {
    for (const leave of leaves) leave.abort();
    await Promise.all(waiting);
  }
}

/** The time of each call of a block, in milliseconds; no two questions are equal, so that no cache answers. */
async function block(registry: Registry, number: () => number): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next++ < CALLS_PER_BLOCK) {
      const i = number();
      const [tool, input] =
        i % 2 === 0
          ? ["get_resource", { id: `s1-${i}` }]
          : ["query_logs", { service: "shop-1", query: `order ${i}` }];
      const started = performance.now();
      const { state, error } = await registry.call(tool, input);
      if (state === "error") throw new Error(`${tool}: ${error?.message}`);
      took.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return took;
}
