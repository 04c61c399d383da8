import { median, quantile, sortedFinite } from "./statistics.ts";

export interface AlarmOptions {
  /** Seconds between two points. */
  readonly step: number;
  /** Points at the beginning from which only habits are learned. */
  readonly learning: number;
}

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
/** After an alarm the series is given this long to find its new level. */
const QUIET_SECONDS = 6 * HOUR_SECONDS;
/** By how much a statistic must exceed its own record. */
const RECORD = 1.05;
const MOST_POINTS_A_DAY = 288;
const DAYS = 7;

/**
 * The points at which one series breaks its own record: of distance from the last day's level, of a lasting step, of
 * distance from the same time of earlier days, or of roughness, each direction apart. It needs no threshold, because a wild series has wild
 * records; it forgets none. Too noisy to page anyone: it dates what an alert found. Gaps are passed over.
 */
export function seriesAlarms(values: ArrayLike<number>, { step, learning }: AlarmOptions): number[] {
  const day = Math.max(2, Math.min(MOST_POINTS_A_DAY, Math.round(DAY_SECONDS / step)));
  const recent = Math.max(2, Math.round((2 * HOUR_SECONDS) / step));
  const quiet = Math.round(QUIET_SECONDS / step);
  const all = Float64Array.from(values);
  const records = new Map<string, number>();
  const alarms: number[] = [];
  let quietUntil = 0;
  for (let at = 1; at < all.length; at++) {
    if (!Number.isFinite(all[at])) continue;
    let broken = false;
    for (const [name, value] of statisticsAt(all, at, day, recent)) {
      const record = records.get(name) ?? 0;
      if (value > RECORD * record) broken = true;
      if (value > record) records.set(name, value);
    }
    if (broken && at >= learning && at >= quietUntil) {
      alarms.push(at);
      quietUntil = at + quiet;
    }
  }
  return alarms;
}

function statisticsAt(all: Float64Array, at: number, day: number, few: number): [string, number][] {
  const lastDay = all.subarray(Math.max(0, at - day), at);
  const before = sortedFinite(lastDay);
  if (before.length < few) return [];
  const level = quantile(before, 0.5);
  const value = all[at] ?? 0;
  const recent = all.subarray(Math.max(0, at - few + 1), at + 1);
  const sameTime: number[] = [];
  for (let days = 1; days <= DAYS && at - days * day >= 0; days++)
    sameTime.push(all[at - days * day] ?? Number.NaN);
  const usual = median(sameTime);
  return [
    [value > level ? "above" : "below", Math.abs(value - level)],
    ["step", Math.abs(median(recent) - level)],
    ["rough", roughness(recent)],
    ...(sameTime.length > 1 && Number.isFinite(usual)
      ? [
          [
            median(recent) > usual ? "above its time of day" : "below its time of day",
            Math.abs(median(recent) - usual),
          ] as [string, number],
        ]
      : []),
  ];
}

function roughness(values: Float64Array): number {
  let sum = 0;
  for (let at = 1; at < values.length; at++) {
    const jump = Math.abs((values[at] ?? 0) - (values[at - 1] ?? 0));
    if (Number.isFinite(jump)) sum += jump;
  }
  return sum;
}
