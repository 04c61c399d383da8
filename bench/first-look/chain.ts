import type { BackendsProcess } from "./backends.ts";
import type { Exchange } from "./desk.ts";
import type { Looker } from "./product.ts";

/** For each exchange of a look, those that are not made without its answer. */
export type NeededBy = ReadonlyMap<string, ReadonlySet<string>>;

const PATIENCE_MS = 60_000;

/**
 * Who needs whose answer, by experiment: the look is run once for each exchange, whose answer is held back until
 * nothing else moves. What is asked only after it was given needs it; everything else does not.
 */
export async function findNeeds(
  looker: Looker,
  backends: BackendsProcess,
  now: Date,
  exchanges: readonly Exchange[],
): Promise<NeededBy> {
  const needs = new Map<string, ReadonlySet<string>>();
  const without = async (key: string): Promise<string[]> => {
    await backends.begin(0, key);
    await looker.look(backends, now, { budgetMs: PATIENCE_MS });
    return (await backends.end()).filter(({ afterHeld }) => afterHeld).map((one) => one.key);
  };
  for (const { key } of exchanges) needs.set(key, new Set(await without(key)));
  // A machine that stood still for a moment makes a need of none: every link of the chain has to show once more.
  const checked = new Set<string>();
  for (;;) {
    const doubtful = longestChain(exchanges, needs).find(({ key }) => !checked.has(key));
    if (doubtful === undefined) return needs;
    checked.add(doubtful.key);
    const again = new Set(await without(doubtful.key));
    const both = [...(needs.get(doubtful.key) ?? [])].filter((key) => again.has(key));
    needs.set(doubtful.key, new Set(both));
  }
}

/** The chain whose backend times add up to most, first call first. */
export function longestChain(exchanges: readonly Exchange[], needs: NeededBy): Exchange[] {
  const best = new Map<string, { readonly sum: number; readonly chain: Exchange[] }>();
  // Whoever needs an answer is asked after it was given, so this order has every call after those that it needs.
  for (const exchange of [...exchanges].sort((a, b) => a.arrivedMs - b.arrivedMs)) {
    const before = exchanges
      .filter((other) => needs.get(other.key)?.has(exchange.key) && other.arrivedMs < exchange.arrivedMs)
      .flatMap((other) => best.get(other.key) ?? [])
      .reduce((most, one) => (one.sum > most.sum ? one : most), { sum: 0, chain: [] as Exchange[] });
    best.set(exchange.key, {
      sum: before.sum + servedMs(exchange),
      chain: [...before.chain, exchange],
    });
  }
  return [...best.values()].reduce((most, one) => (one.sum > most.sum ? one : most), {
    sum: 0,
    chain: [] as Exchange[],
  }).chain;
}

/** How long the request was with the backend. */
export function servedMs({ arrivedMs, answeredMs }: Exchange): number {
  return answeredMs - arrivedMs;
}
