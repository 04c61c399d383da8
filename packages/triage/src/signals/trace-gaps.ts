import { quantile, sortedFinite } from "@oncall/tools";
import type { LinkSign } from "./sign.ts";
import { shareBits } from "./statistics.ts";
import type { Trace } from "./traces.ts";

// Slower than usual: half as long again as nine of ten, and no less than five milliseconds more.
const USUAL = 0.9;
const LONGER = 1.5;
const AT_LEAST_MS = 5;
const FEWEST = 2;

interface Hop {
  readonly caller: string;
  readonly callee: string;
  readonly gaps: Map<string, { before: number[]; now: number[] }>;
}

/**
 * How late one service answers another: the time between two events that follow each other in a trace, from one service
 * to the other or back, against the same pair of events before, less the bits of having asked of every link. Links on which nothing is slower are listed with 0 bits.
 */
export function traceGaps(before: readonly Trace[], now: readonly Trace[]): LinkSign[] {
  const hops = new Map<string, Hop>();
  for (const trace of before) collect(trace, "before", hops);
  for (const trace of now) collect(trace, "now", hops);
  const price = Math.log2(Math.max(1, hops.size));
  return [...hops.values()].flatMap(({ caller, callee, gaps }) => {
    const slow = { before: 0, now: 0 };
    const all = { before: 0, now: 0 };
    for (const pair of gaps.values()) {
      if (pair.before.length < FEWEST || pair.now.length === 0) continue;
      const limit = LONGER * quantile(sortedFinite(pair.before), USUAL) + AT_LEAST_MS;
      for (const when of ["before", "now"] as const) {
        all[when] += pair[when].length;
        slow[when] += pair[when].filter((gap) => gap > limit).length;
      }
    }
    if (all.before === 0 || all.now === 0) return [];
    const more = slow.now / all.now > slow.before / all.before;
    const bits = more ? shareBits(slow.before, all.before, slow.now, all.now) - price : 0;
    return [{ caller, callee, bits: Math.max(0, bits) }];
  });
}

function collect({ steps }: Trace, when: "before" | "now", hops: Map<string, Hop>): void {
  // Who appears first in a trace called the other.
  const appeared = new Map<string, number>();
  for (const [at, { service }] of steps.entries()) if (!appeared.has(service)) appeared.set(service, at);
  for (const [at, to] of steps.entries()) {
    const from = steps[at - 1];
    if (from === undefined || from.service === to.service) continue;
    const outward = (appeared.get(from.service) ?? 0) < (appeared.get(to.service) ?? 0);
    const [caller, callee] = outward ? [from.service, to.service] : [to.service, from.service];
    const key = `${caller}\n${callee}`;
    const hop = hops.get(key) ?? { caller, callee, gaps: new Map() };
    hops.set(key, hop);
    const pair = `${from.service}\n${from.what}\n${to.what}`;
    const gaps = hop.gaps.get(pair) ?? { before: [], now: [] };
    gaps[when].push(to.at - from.at);
    hop.gaps.set(pair, gaps);
  }
}
