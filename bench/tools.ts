import { type Figure, median, report } from "./report.ts";
import { breakerRuns } from "./tools/breaker.ts";
import { isolationRuns } from "./tools/isolation.ts";
import { overhead } from "./tools/overhead.ts";
import { storms } from "./tools/storm.ts";

const RUNS = 7;

/**
 * What the registry and the HTTP client cost and keep, over backends on loopback whose own time is fixed. Ratios are
 * medians of seven paired runs in one process.
 */
export async function main(args: string[]): Promise<number> {
  const { p50, p99, calls } = await overhead();
  const storm = await storms();
  const isolation = await isolationRuns(RUNS);
  const breaker = await breakerRuns(RUNS);
  const isolated = median(isolation.map(({ disturbed, undisturbed }) => disturbed / undisturbed));
  const faster = median(breaker.map(({ closed, open }) => closed / open));
  const results: Figure[] = [
    { name: "overhead of a registry call, p50", value: p50, unit: "ms", bar: null, ok: true },
    { name: "overhead of a registry call, p99", value: p99, unit: "ms", bar: null, ok: true },
    ...storm.map(
      ({ tool, requests }): Figure => ({
        name: `requests of a 100-fold storm of ${tool}, per question`,
        value: requests,
        unit: "requests",
        bar: "= 1",
        ok: requests === 1,
      }),
    ),
    {
      name: "p99 of calls to others while one backend hangs, against undisturbed",
      value: isolated,
      unit: "×",
      bar: "≤ 1.2",
      ok: isolated <= 1.2,
    },
    {
      name: "time of a failing call, circuit closed against open",
      value: faster,
      unit: "×",
      bar: "≥ 10",
      ok: faster >= 10,
    },
  ];
  return report(
    "tools",
    results,
    [
      `Overhead: ${calls} calls of get_resource in turn, each less the time that the backend itself measured; evidence is kept in memory.`,
      `Hanging: 40 calls wait for a Prometheus that never answers; p99 of 400 calls of get_resource and query_logs (50 ms each), eight at a time, in blocks that take turns with undisturbed ones; ${RUNS} pairs, ${isolation.map(({ disturbed, undisturbed }) => `${disturbed.toFixed(1)}/${undisturbed.toFixed(1)} ms`).join(", ")}.`,
      `Circuit: a backend that answers 500 after 50 ms; ${RUNS} fresh clients, ${breaker.map(({ closed, open }) => `${closed.toFixed(1)}/${open.toFixed(2)} ms`).join(", ")}.`,
    ],
    args.includes("--json"),
  );
}
