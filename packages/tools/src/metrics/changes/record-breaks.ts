import { median } from "../statistics.ts";
import { slidingWindow } from "./sliding-window.ts";

export interface RecordOptions {
  /** Points of the stretch that counts as the level it was at. */
  readonly day: number;
  /** Points that make a stretch of the present. */
  readonly few: number;
  /** Points after an alarm in which the series may find its new level. */
  readonly quiet: number;
  /** Points at the beginning from which only habits are learned. */
  readonly learning: number;
  /** Whether `day` is a day: then a point is also held against its own time of earlier days. */
  readonly isDaily: boolean;
}

/** By how much a statistic must exceed its own record. */
const RECORD = 1.05;
const DAYS = 7;

/**
 * The points at which one series breaks its own record: of distance from the last day's level, of a lasting step, of
 * distance from the same time of earlier days, or of roughness, each direction apart. It needs no threshold, because a
 * wild series has wild records; it forgets none. Too noisy to page anyone: it says where to look. Gaps are passed over.
 */
export function recordBreaks(values: Float64Array, options: RecordOptions): number[] {
  const { day, few, quiet, learning, isDaily } = options;
  const lastDay = slidingWindow(day);
  const recent = slidingWindow(few);
  const records = new Map<string, number>();
  const alarms: number[] = [];
  let quietUntil = 0;
  const breaks = (name: string, value: number): boolean => {
    const record = records.get(name) ?? 0;
    if (value > record) records.set(name, value);
    return value > RECORD * record;
  };
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    recent.push(value);
    if (Number.isFinite(value) && lastDay.size >= few) {
      const level = lastDay.quantile(0.5);
      const now = recent.quantile(0.5);
      const usual = isDaily ? sameTime(values, at, day) : Number.NaN;
      const broken = [
        breaks(value > level ? "above" : "below", Math.abs(value - level)),
        breaks("step", Math.abs(now - level)),
        breaks("rough", roughness(values, at, few)),
        Number.isFinite(usual) &&
          breaks(now > usual ? "above its time of day" : "below its time of day", Math.abs(now - usual)),
      ];
      if (broken.includes(true) && at >= learning && at >= quietUntil) {
        alarms.push(at);
        quietUntil = at + quiet;
      }
    }
    lastDay.push(value);
  }
  return alarms;
}

/** The median of the same time on earlier days; NaN unless two are known. */
export function sameTime(values: Float64Array, at: number, day: number): number {
  const then: number[] = [];
  for (let days = 1; days <= DAYS && at - days * day >= 0; days++)
    then.push(values[at - days * day] ?? Number.NaN);
  return then.filter(Number.isFinite).length > 1 ? median(then) : Number.NaN;
}

function roughness(values: Float64Array, at: number, few: number): number {
  let sum = 0;
  for (let i = Math.max(1, at - few + 2); i <= at; i++) {
    const jump = Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
    if (Number.isFinite(jump)) sum += jump;
  }
  return sum;
}
