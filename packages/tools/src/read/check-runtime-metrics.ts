import { addMinutes } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { isoOf, seconds } from "../metrics/points.ts";
import { requestSource } from "../metrics/request-source.ts";
import { runtimesFor } from "../metrics/runtime/index.ts";
import { measureRuntimes } from "../metrics/runtime/measure.ts";
import { readRuntimes, runtimeQuery } from "../metrics/runtime/read.ts";
import { serviceLink } from "../metrics/service-link.ts";
import { aligned, stretches } from "../metrics/stretches.ts";
import { RuntimeMetrics } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

const NOW_MINUTES = 10;
const TREND_MINUTES = 180;
const MAX_MINUTES = 24 * 60;
const POINTS = 60;
const STEP_SECONDS = 30;

export const checkRuntimeMetrics = defineReadTool({
  name: "check_runtime_metrics",
  description:
    "Runtime of a service (JVM, Go, Node, Python, .NET) and its containers: heap, GC, threads, event loop, connection pool, memory and CPU against limits; now, before, trend, what is under pressure.",
  uses: ["metrics", "catalog"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: RuntimeMetrics,
  async run({ service }, { metrics, catalog }, context) {
    const entry = await catalog.get(service);
    const now = aligned(context.now);
    const { before } = stretches(now, context.onset);
    const end = seconds(now.toISOString());
    const earliest = Math.min(seconds(before.from), end - TREND_MINUTES * 60);
    const from = isoOf(Math.max(earliest, end - MAX_MINUTES * 60));
    const window = { from, to: now.toISOString() };
    const step = Math.ceil((end - seconds(from)) / POINTS / STEP_SECONDS) * STEP_SECONDS;
    const { kubernetes: pods = null } = entry.deployment;
    const source = { job: requestSource(entry).job, pods };
    const runtimes = runtimesFor(entry.language);
    const series = await readRuntimes(metrics, runtimes, source, window, step, context.signal);
    const place = `job "${source.job}"${pods === null ? "" : ` and pods "${pods.workload}-…" in namespace "${pods.namespace}"`}`;
    const recent = { from: addMinutes(now, -NOW_MINUTES), to: window.to };
    const measured = measureRuntimes(runtimes, series, { window, now: recent, before });
    if (measured.signals.length === 0) {
      return noData(
        `Prometheus, ${place}, since ${from}, for ${runtimes.map(({ name }) => name).join(", ")} metrics; observability.prometheus_job in service.yaml names the job`,
      );
    }
    const { pressures } = measured;
    const shown = runtimeQuery("job", runtimes[0]?.signals.slice(0, 1) ?? [], source);
    return ok(
      { service: entry.name, window: recent, baseline: before, ...measured },
      {
        searched: place,
        link: serviceLink(metrics, entry, shown, window),
        summary: `Runtime of ${entry.name} (${measured.runtimes.join(", ")}): ${pressures.length === 0 ? "no pressure" : pressures.map(({ summary }) => summary).join("; ")}`,
      },
    );
  },
});
