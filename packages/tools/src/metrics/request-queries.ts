import type { RequestMetrics } from "./request-metrics.ts";
import { matching } from "./request-metrics.ts";

/** The PromQL of services that count their requests in the same way; `[range]` and `offset` as PromQL durations. */
export interface RequestQueries {
  /** Requests per second by owner, and by status where there is one. */
  readonly requests: string;
  /** Requests per second by owner and `le`, cumulative; null when there is no histogram. */
  readonly buckets: string | null;
  /** Seconds (in the shape's unit) spent per second, and observations per second, by owner; null with a histogram. */
  readonly mean: string | null;
}

/** Throws when they do not count in the same way: see `alike`. */
export function requestQueries(
  services: readonly RequestMetrics[],
  range: string,
  offset = "",
): RequestQueries {
  const [first] = services;
  if (first === undefined || services.some((one) => alike(one) !== alike(first)))
    throw new Error("request metrics of different shapes in one query");
  const { shape, statusLabel, durations, hasBuckets } = first;
  const owners = matching(
    shape.owner,
    services.map(({ owner }) => owner),
  );
  const where = shape.where === "" ? owners : `${owners},${shape.where}`;
  const later = offset === "" ? "" : ` offset ${offset}`;
  const sumOf = (name: string, by: readonly string[]): string =>
    `sum by (${by.join(", ")}) (rate(${name}{${where}}[${range}]${later}))`;
  return {
    requests: sumOf(shape.counter, statusLabel === null ? [shape.owner] : [shape.owner, statusLabel]),
    buckets: hasBuckets ? sumOf(`${durations}_bucket`, [shape.owner, "le"]) : null,
    mean:
      hasBuckets || durations === null
        ? null
        : `${sumOf(`${durations}_sum`, [shape.owner])} / ${sumOf(`${durations}_count`, [shape.owner])}`,
  };
}

/** Equal for services that one query can read. */
export function alike({ metric, statusLabel, durations, hasBuckets }: RequestMetrics): string {
  return [metric, statusLabel, durations, hasBuckets].join(" ");
}

/** What a person looks at: the share of failed requests, or the requests where failure is not counted. */
export function graphQuery({ shape, owner, statusLabel }: RequestMetrics): string {
  const where = [matching(shape.owner, [owner]), ...(shape.where === "" ? [] : [shape.where])].join(",");
  const sumOf = (matchers: string): string => `sum (rate(${shape.counter}{${matchers}}[5m]))`;
  if (statusLabel === null) return sumOf(where);
  return `${sumOf(`${where},${statusLabel}=~"${shape.failed}"`)} / ${sumOf(where)}`;
}
