import { FEWEST, type SeriesBits, seriesBits } from "@oncall/tools";
import type { Family, LinkSign, Sign } from "./sign.ts";

/** A stretch of time, in the unit of the samples' times; `to` is not in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What was sampled of one service, a row a moment. Latency in seconds, traffic per second, errors as a share, cpu in percent. */
export interface Level {
  readonly service: string;
  readonly family: Family;
  readonly values: Float64Array;
}

/** Seconds that a call takes beyond what its callee spends. */
export interface LinkLevel {
  readonly caller: string;
  readonly callee: string;
  readonly values: Float64Array;
}

/** Which rows show what is usual, and which the incident. */
export interface Split {
  before(values: Float64Array): Float64Array;
  now(values: Float64Array): Float64Array;
}

/** The smallest difference that matters to anyone, in the family's unit. */
export const leastOf: Readonly<Partial<Record<Family, number>>> = {
  latency: 0.005,
  errors: 0.001,
  traffic: 0.1,
  cpu: 1,
};

/** Everything outside `now` is usual but what lies in `faulty`: incidents of before must not become a habit. */
export function splitTimes(times: Float64Array, now: Stretch, faulty: readonly Stretch[] = []): Split {
  const within = ({ from, to }: Stretch, time: number): boolean => time >= from && time < to;
  const isNow = Array.from(times, (time) => within(now, time));
  const isUsual = Array.from(times, (time, at) => !isNow[at] && !faulty.some((each) => within(each, time)));
  return {
    before: (values) => values.filter((_, at) => isUsual[at]),
    now: (values) => values.filter((_, at) => isNow[at]),
  };
}

/** Rows up to the onset, and from it on. */
export function splitAt(onset: number): Split {
  return { before: (values) => values.subarray(0, onset), now: (values) => values.subarray(onset) };
}

/** How far every service's levels left their own history, each direction a sign. */
export function levelSigns(levels: readonly Level[], split: Split): Sign[] {
  return levels.flatMap(({ service, family, values }): Sign[] => {
    const { up, down } = bitsOf(family, values, split);
    return [
      { service, family, direction: "up", bits: up },
      { service, family, direction: "down", bits: down },
    ];
  });
}

/** The same of calls; faster than usual is no trouble. */
export function linkSigns(links: readonly LinkLevel[], split: Split): LinkSign[] {
  return links.map(({ caller, callee, values }) => ({
    caller,
    callee,
    bits: bitsOf("latency", values, split).up,
  }));
}

/** Two figures alone: as if the one before had always been so. */
export function levelBits(family: Family, before: number | null, now: number | null): SeriesBits {
  if (before === null || now === null) return { up: 0, down: 0 };
  return seriesBits(Array<number>(FEWEST).fill(before), [now], leastOf[family] ?? 0);
}

function bitsOf(family: Family, values: Float64Array, { before, now }: Split) {
  return seriesBits(before(values), now(values), leastOf[family] ?? 0);
}
