import type { MetricsBackend, Sample } from "@oncall/backends";
import { addMinutes, type TimeWindow } from "@oncall/core";
import { type Figures, figuresOf } from "./figures.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import { requestQueries } from "./request-queries.ts";

export interface Ago {
  readonly label: "a day before" | "a week before";
  readonly window: TimeWindow;
  readonly figures: Figures;
}

const AGO = [
  { label: "a day before", offset: "1d", minutes: 24 * 60 },
  { label: "a week before", offset: "7d", minutes: 7 * 24 * 60 },
] as const;
const HOUR_SECONDS = 3_600;
const PART = "oncall_part";

/** The hour that ends at this time a day and a week before, by one query. */
export async function readAgo(
  metrics: MetricsBackend,
  found: RequestMetrics,
  to: Date,
  signal: AbortSignal,
): Promise<Ago[]> {
  const query = together(AGO.map(({ offset }) => [offset, ratesOf([found], HOUR_SECONDS, offset)] as const));
  const samples = await metrics.instant(query, to, signal);
  return AGO.map(({ label, offset, minutes }) => ({
    label,
    window: { from: addMinutes(to, -minutes - HOUR_SECONDS / 60), to: addMinutes(to, -minutes) },
    figures: figuresOf(partOf(samples, offset), found),
  }));
}

/** The queries whose samples `figuresOf` reads. */
export function ratesOf(services: readonly RequestMetrics[], rangeSeconds: number, offset = ""): string[] {
  const { requests, buckets } = requestQueries(services, `${rangeSeconds}s`, offset);
  return buckets === null ? [requests] : [requests, buckets];
}

/** Several parts in one query; `partOf` tells them apart again. */
export function together(parts: readonly (readonly [part: string, queries: readonly string[]])[]): string {
  return parts
    .flatMap(([part, queries]) =>
      queries.map((query) => `label_replace(${query}, "${PART}", "${part}", "", "")`),
    )
    .join(" or ");
}

export function partOf(samples: readonly Sample[], part: string): Sample[] {
  return samples.filter(({ labels }) => labels[PART] === part);
}
