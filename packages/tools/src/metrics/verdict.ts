import type { ServiceHealth } from "../outputs/index.ts";

type Figures = Pick<
  ServiceHealth,
  "error_ratio" | "requests_per_second" | "latency_seconds" | "mean_latency_seconds"
>;

const NOTABLE_ERRORS = 0.01;
const NOTABLE_RISE = 3;
const NOTABLE_SECONDS = 0.1;
const SLOWDOWN = 2;
/** Less than one request in a quarter of an hour tells nothing. */
const LEAST_TRAFFIC = 0.001;

const unmeasured = { now: null, before: null };

/** Healthy, degraded or without traffic, with the reasons in words. Without traffic nothing is known to be well. */
export function judge(figures: Figures): Pick<ServiceHealth, "verdict" | "reasons"> {
  const { requests_per_second: traffic, error_ratio: errors, latency_seconds: latency } = figures;
  if ((traffic.now ?? 0) < LEAST_TRAFFIC) {
    const before =
      traffic.before === null ? "none before either" : `${number(traffic.before)} per second before`;
    const gone = traffic.now === null ? " (no samples: it gets none, or it is not scraped any more)" : "";
    return { verdict: "no_traffic", reasons: [`No requests now${gone}, ${before}`] };
  }
  const reasons: string[] = [];
  if (
    errors.now !== null &&
    errors.now >= NOTABLE_ERRORS &&
    errors.now >= NOTABLE_RISE * (errors.before ?? 0)
  ) {
    reasons.push(
      `${percent(errors.now)} of requests fail, ${errors.before === null ? "unknown" : percent(errors.before)} before`,
    );
  }
  const durations = { p95: latency.p95, p99: latency.p99, mean: figures.mean_latency_seconds ?? unmeasured };
  for (const [what, { now, before }] of Object.entries(durations)) {
    if (now !== null && before !== null && now >= NOTABLE_SECONDS && now >= SLOWDOWN * before) {
      reasons.push(`${what} latency is ${number(now)} s, ${number(before)} s before`);
    }
  }
  return { verdict: reasons.length > 0 ? "degraded" : "healthy", reasons };
}

function percent(ratio: number): string {
  return `${number(ratio * 100)} %`;
}

function number(value: number): number {
  return Number(value.toPrecision(3));
}
