import type { Sample, Series } from "@oncall/backends";
import { minutesBetween, type TimeWindow } from "@oncall/core";

/** What was read of one dependency. */
export interface ExporterReading {
  /** By metric and instance, now. */
  readonly current: readonly Sample[];
  /** The same at `comparedAt`. */
  readonly before: readonly Sample[];
  /** `up`, the exporters' own and what waits, by instance, over `window`. */
  readonly history: readonly Series[];
  readonly window: TimeWindow;
  readonly comparedAt: string;
}

/** One thing an exporter says. */
export interface Said {
  readonly facts: readonly string[];
  readonly isBad: boolean;
  readonly since?: string | null;
}

export function named<T extends Sample | Series>(all: readonly T[], metric: string): T[] {
  return all.filter(({ labels }) => labels.__name__ === metric);
}

/** `, 40 an hour before`. */
export function wasWords(was: number | undefined, comparedAt: string, { to }: TimeWindow): string {
  if (was === undefined) return "";
  const minutes = Math.round(minutesBetween(comparedAt, to));
  return minutes === 60 ? `, ${was} an hour before` : `, ${was} ${minutes} minutes before`;
}
