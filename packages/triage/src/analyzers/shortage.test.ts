import type { RuntimeMetrics, RuntimeSignal } from "@oncall/tools";
import { describe, expect, test } from "vitest";
import { after, context, evidenceOf, health, NOW, ONSET, seen } from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";
import type { Observation } from "../evidence.ts";

const well = seen("get_service_health", health());
const slow = seen("get_service_health", health({ verdict: "degraded", reasons: ["slow"] }));
const traffic = (now: number, usual: number | null, verdict: "healthy" | "degraded" = "degraded") =>
  seen(
    "get_service_health",
    health({
      verdict,
      reasons: ["slow"],
      requests_per_second: { now, before: 40 },
      comparisons: [
        {
          label: "a day before",
          window: { from: after(-1500), to: after(-1440) },
          error_ratio: 0,
          requests_per_second: usual,
          p99_seconds: null,
        },
      ],
    }),
  );
const runtime = (name: string, change: Partial<RuntimeSignal> = {}): Observation => {
  const [kind = "", ...rest] = name.split(" ");
  const data: RuntimeMetrics = {
    service: "order-service",
    runtimes: [kind],
    window: { from: ONSET, to: NOW },
    baseline: { from: after(-120), to: after(-60) },
    pressures: [{ signal: name, severity: "warning", summary: `${name}: too much`, since: ONSET }],
    signals: [
      {
        runtime: kind,
        name: rest.join(" "),
        unit: "bytes",
        metric: "m",
        now: 95,
        before: 50,
        peak: 95,
        limit: 100,
        share_of_limit: 0.95,
        trend: "rising",
        per_hour: 20,
        limit_at: null,
        highest_in: null,
        instances: 2,
        ...change,
      },
    ],
    absent: [],
  };
  return seen("check_runtime_metrics", data);
};

describe("what there is too little or too much of", () => {
  test.each<[string, Observation[], string[]]>([
    ["three times the requests of before and of yesterday", [traffic(120, 38)], ["traffic.surge warning"]],
    ["three times as many, all well", [traffic(120, 38, "healthy")], ["traffic.surge info"]],
    ["as many as yesterday at this hour: a daily wave", [traffic(120, 110)], []],
    ["half as many again", [traffic(60, 38)], []],
    ["nothing known of yesterday", [traffic(120, null)], ["traffic.surge warning"]],
    ["garbage collection", [runtime("JVM time in garbage collection")], ["app.gc_pressure warning"]],
    ["a heap that grows", [runtime("JVM heap")], ["app.memory_leak warning"]],
    ["a heap that is full and steady", [runtime("JVM heap", { trend: "steady" })], []],
    ["deadlocked threads", [runtime("JVM deadlocked threads")], ["app.deadlock warning"]],
    ["a drained pool", [runtime("JVM database connections in use")], ["db.pool_exhausted warning"]],
    ["files at the limit", [runtime("process open files")], ["app.too_many_files warning"]],
    ["files on the way there", [runtime("process open files", { share_of_limit: 0.6 })], []],
    ["held back by the limit", [slow, runtime("container throttled periods")], ["k8s.cpu_throttled warning"]],
    ["held back, all well", [well, runtime("container throttled periods")], []],
    ["a loop that lags, which names no fault", [runtime("Node.js event loop lag")], []],
  ])("%s", (_, observations, codes) => {
    const found = analyze(evidenceOf(...observations), context).filter(
      ({ code }) => !code.startsWith("service."),
    );
    expect(found.map(({ code, severity }) => `${code} ${severity}`)).toEqual(codes);
  });
});
