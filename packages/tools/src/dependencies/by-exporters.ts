import { escapeRegex, type MetricsBackend, quoteLabel, type Sample, type Series } from "@oncall/backends";
import type { Dependency } from "@oncall/catalog";
import { addMinutes } from "@oncall/core";
import { isoOf, seconds } from "../metrics/points.ts";
import { aligned } from "../metrics/stretches.ts";
import type { CheckContext } from "./check.ts";
import { FIGURES, LAGS, UP } from "./exporter-shapes.ts";
import type { Finding } from "./finding.ts";
import { hasGrown } from "./queue-lag.ts";
import { readExporter } from "./read-exporter.ts";

const HISTORY_MINUTES = 180;
const LATE_MINUTES = 60;
const STEP_SECONDS = 30;
const MAX_POINTS = 1_000;
const TOP_LAGS = 3;

/**
 * Databases, caches and queues by the metrics of their exporters, by name; one without any is left out. An exporter
 * belongs to a dependency when its job is the dependency's name, else when its instance begins with it. Three queries
 * in parallel for all of them; three more for those that no job is named after, one where a queue has grown.
 */
export async function byExporters(
  dependencies: readonly Dependency[],
  metrics: MetricsBackend,
  context: CheckContext,
): Promise<Map<string, Finding>> {
  const found = await read("job", dependencies, metrics, context);
  // What AWS itself runs rarely has an exporter.
  const others = dependencies.filter(({ name, type }) => !found.has(name) && type !== "aws");
  const more = others.length === 0 ? [] : await read("instance", others, metrics, context);
  return new Map([...found, ...more]);
}

async function read(
  label: Owner,
  dependencies: readonly Dependency[],
  metrics: MetricsBackend,
  { now: exactNow, onset, signal }: CheckContext,
): Promise<Map<string, Finding>> {
  const now = aligned(exactNow);
  const earliest = onset !== undefined && onset < now ? onset : now;
  const before = addMinutes(earliest, -LATE_MINUTES);
  const from = isoOf(seconds(addMinutes(earliest, -HISTORY_MINUTES)));
  const window = { from, to: now.toISOString() };
  const spanSeconds = seconds(window.to) - seconds(from);
  const step = Math.max(STEP_SECONDS, Math.ceil(spanSeconds / MAX_POINTS / STEP_SECONDS) * STEP_SECONDS);
  const watched = (names: readonly string[]) => selector(label, dependencies, names);
  const sums = (names: readonly string[]) => `sum by (__name__, job, instance) (${watched(names)})`;
  const [current, earlier, history] = await Promise.all([
    metrics.instant(sums(FIGURES), now, signal),
    metrics.instant(sums(FIGURES), new Date(before), signal),
    metrics.range(sums([...UP, "up", ...LAGS]), window, step, signal),
  ]);
  const readings = dependencies.map(({ name }) => {
    const mine = <T extends Sample | Series>(all: readonly T[]): T[] =>
      all.filter(({ labels }) => belongs(label, name, labels));
    const reading = {
      current: mine(current),
      before: mine(earlier),
      history: mine(history),
      window,
      comparedAt: before,
    };
    return { name, reading, mine };
  });
  const groups = readings.some(({ reading }) => hasGrown(reading))
    ? await metrics.instant(
        `topk by (__name__, ${label}) (${TOP_LAGS}, sum by (__name__, job, instance, consumergroup, topic, queue) (${watched(LAGS)}))`,
        now,
        signal,
      )
    : [];
  return new Map(
    readings.flatMap(({ name, reading, mine }) => {
      const finding = readExporter(name, reading, mine(groups));
      return finding === null ? [] : [[name, finding] as const];
    }),
  );
}

type Owner = "job" | "instance";

/** Selects these metrics of the exporters of these dependencies. */
function selector(label: Owner, dependencies: readonly Dependency[], metrics: readonly string[]): string {
  const any = dependencies.map(({ name }) => escapeRegex(name)).join("|");
  const owner = label === "job" ? any : `(?:${any})(?:[.:].*)?`;
  return `{${label}=~${quoteLabel(owner)},__name__=~${quoteLabel(metrics.join("|"))}}`;
}

function belongs(label: Owner, name: string, labels: Sample["labels"]): boolean {
  const value = labels[label] ?? "";
  return (
    value === name || (label === "instance" && (value.startsWith(`${name}.`) || value.startsWith(`${name}:`)))
  );
}
