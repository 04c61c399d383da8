import type { Sign } from "./sign.ts";
import { shareBits } from "./statistics.ts";
import type { Trace } from "./traces.ts";

/** What is compared: a feature of a service, in the traces of one kind in which the feature could have been. */
interface Count {
  readonly service: string;
  /** Traces with the feature; their possible number is that of the context. */
  readonly context: string;
  before: number;
  now: number;
}

/**
 * What services do differently: per kind of trace, how many traces hold each statement of a service, and which
 * statement follows which within it, before and now. Counting within one kind keeps a change in the mix of work from
 * looking like a fault. New is "up", gone is "down"; bits are of a G-test, less the bits of having asked so often.
 */
export function traceStructure(before: readonly Trace[], now: readonly Trace[]): Sign[] {
  const contexts = new Map<string, { before: number; now: number }>();
  const counts = new Map<string, Count>();
  for (const trace of before) tally(trace, "before", contexts, counts);
  for (const trace of now) tally(trace, "now", contexts, counts);
  const tests = [...counts.values()].filter(({ context }) => {
    const of = contexts.get(context);
    return of !== undefined && of.before > 0 && of.now > 0;
  });
  const price = Math.log2(Math.max(1, tests.length));
  return tests.flatMap(({ service, context, before: hitsBefore, now: hitsNow }): Sign[] => {
    const of = contexts.get(context) ?? { before: 0, now: 0 };
    const bits = shareBits(hitsBefore, of.before, hitsNow, of.now) - price;
    const direction = hitsNow / of.now > hitsBefore / of.before ? "up" : "down";
    return bits > 0 ? [{ service, family: "logs", direction, bits }] : [];
  });
}

function tally(
  { kind, steps }: Trace,
  when: "before" | "now",
  contexts: Map<string, { before: number; now: number }>,
  counts: Map<string, Count>,
): void {
  const inContext = new Set<string>();
  const features = new Map<string, Omit<Count, "before" | "now">>();
  const last = new Map<string, string>();
  const see = (context: string): string => {
    inContext.add(context);
    return context;
  };
  for (const { service, what } of steps) {
    const context = see(kind);
    features.set(`${context}\n${service}\n${what}`, { service, context });
    const previous = last.get(service);
    if (previous !== undefined) {
      const after = see(`${kind}\n${service}\n${previous}`);
      features.set(`${after}\n>${what}`, { service, context: after });
    }
    last.set(service, what);
  }
  for (const context of inContext) {
    const of = contexts.get(context) ?? { before: 0, now: 0 };
    of[when]++;
    contexts.set(context, of);
  }
  for (const [key, feature] of features) {
    const count = counts.get(key) ?? { ...feature, before: 0, now: 0 };
    count[when]++;
    counts.set(key, count);
  }
}
