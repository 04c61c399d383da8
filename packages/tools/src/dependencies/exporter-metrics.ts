import { type MetricsBackend, quoteLabel, type Sample, type Series } from "@oncall/backends";
import { addMinutes } from "@oncall/core";
import type { Finding } from "./finding.ts";

interface Pressure {
  readonly used: string;
  readonly limit: string;
  readonly what: string;
}

/** Gauges by which exporters say whether what they watch answers. */
const UP = [
  "pg_up",
  "mysql_up",
  "redis_up",
  "mongodb_up",
  "memcached_up",
  "rabbitmq_up",
  "elasticsearch_cluster_health_up",
];
const PRESSURES: readonly Pressure[] = [
  { used: "pg_stat_activity_count", limit: "pg_settings_max_connections", what: "connections" },
  {
    used: "mysql_global_status_threads_connected",
    limit: "mysql_global_variables_max_connections",
    what: "connections",
  },
  { used: "redis_connected_clients", limit: "redis_config_maxclients", what: "clients" },
  { used: "redis_memory_used_bytes", limit: "redis_memory_max_bytes", what: "bytes of memory" },
];
const LAGS = ["kafka_consumergroup_lag", "kafka_consumergroup_lag_sum", "rabbitmq_queue_messages_ready"];

const FULL = 0.9;
const LAG_RISE = 10;
const NOTABLE_LAG = 1_000;
const HISTORY_MINUTES = 180;
const STEP_SECONDS = 30;

/**
 * State of a database, cache or queue by the metrics of its exporter, whose job is the dependency's name; null when
 * there are none. Three queries in parallel.
 */
export async function checkExporter(
  metrics: MetricsBackend,
  name: string,
  now: Date,
  onset: Date | undefined,
  signal: AbortSignal,
): Promise<Finding | null> {
  const job = `job=${quoteLabel(name)}`;
  const names = (of: readonly string[]): string => quoteLabel(of.join("|"));
  const gauges = [...PRESSURES.flatMap(({ used, limit }) => [used, limit]), ...LAGS];
  const figures = `sum by (__name__) ({__name__=~${names(gauges)},${job}})`;
  const earliest = onset !== undefined && onset < now ? onset : now;
  const from = addMinutes(earliest, -HISTORY_MINUTES);
  const [current, before, history] = await Promise.all([
    metrics.instant(figures, now, signal),
    metrics.instant(figures, new Date(addMinutes(earliest, -60)), signal),
    metrics.range(
      `min by (__name__) ({__name__=~${names([...UP, "up"])},${job}})`,
      { from, to: now.toISOString() },
      Math.max(
        STEP_SECONDS,
        Math.ceil((now.getTime() - Date.parse(from)) / 1_000_000 / STEP_SECONDS) * STEP_SECONDS,
      ),
      signal,
    ),
  ]);
  return readExporter(name, current, before, history);
}

/** Pure: what the samples say. */
export function readExporter(
  name: string,
  current: readonly Sample[],
  before: readonly Sample[],
  history: readonly Series[],
): Finding | null {
  const value = (of: readonly Sample[], metric: string): number | undefined =>
    of.find(({ labels }) => labels.__name__ === metric)?.value;
  const seriesOf = (metric: string) => history.find(({ labels }) => labels.__name__ === metric);
  const latest = (metric: string) => seriesOf(metric)?.values.at(-1)?.[1];
  const up = UP.find((metric) => latest(metric) !== undefined);
  const scraped = latest("up");
  if (up === undefined && scraped === undefined) return null;
  if (up !== undefined && latest(up) === 0) {
    const since = downSince(seriesOf(up));
    return {
      state: "down",
      since,
      how: "metrics",
      facts: [`${up} of job "${name}" is 0${since === null ? "" : ` since ${since}`}`],
    };
  }
  if (scraped === 0) {
    const since = downSince(seriesOf("up"));
    const fact = `Prometheus cannot scrape job "${name}" (up is 0${since === null ? "" : ` since ${since}`}), so its state is not known`;
    return { state: "unknown", since: null, how: "metrics", facts: [fact] };
  }
  const facts = [
    up === undefined ? `job "${name}" is scraped (up is 1); nothing else is known of it` : `${up} is 1`,
  ];
  let isFull = false;
  for (const { used, limit, what } of PRESSURES) {
    const [have, most] = [value(current, used), value(current, limit)];
    if (have === undefined || most === undefined || most <= 0) continue;
    const was = value(before, used);
    facts.push(`${have} of ${most} ${what} used${was === undefined ? "" : `, ${was} an hour before`}`);
    isFull ||= have / most >= FULL;
  }
  for (const metric of LAGS) {
    const lag = value(current, metric);
    if (lag === undefined) continue;
    const was = value(before, metric);
    facts.push(`${metric} is ${lag}${was === undefined ? "" : `, ${was} an hour before`}`);
    isFull ||= lag >= NOTABLE_LAG && was !== undefined && lag >= LAG_RISE * was;
  }
  // The fact that makes it degraded comes first: it is the one that is quoted.
  return isFull
    ? { state: "degraded", since: null, how: "metrics", facts: [...facts.slice(1), ...facts.slice(0, 1)] }
    : { state: "healthy", since: null, how: "metrics", facts };
}

/** The begin of the zeros that last to the end of the series. */
function downSince(series: Series | undefined): string | null {
  const values = series?.values ?? [];
  const lastUp = values.findLastIndex(([, value]) => value > 0);
  const firstDown = values[lastUp + 1];
  // Down all along: it began before what was read.
  return firstDown === undefined || lastUp < 0 ? null : new Date(firstDown[0] * 1000).toISOString();
}
