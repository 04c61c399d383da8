import type { Excess } from "../signals/excess.ts";
import type { CallIndex } from "./service-graph.ts";

export interface Flow {
  /** The share of the symptom's excess that passes through each service on its widest path from the symptom. */
  readonly through: ReadonlyMap<string, number>;
  /** The share that arises in each service itself: what passes through it less what its callees take on. */
  readonly self: ReadonlyMap<string, number>;
}

/** Follows the symptom's excess down the calls to where it arises. Null when the symptom has none. */
export function followExcess(symptom: string, excess: Excess, index: CallIndex): Flow | null {
  const whole = excess.of.get(symptom) ?? 0;
  if (whole <= 0) return null;
  const flow = widest(symptom, whole, excess, index);
  const self = [...flow].map(([service, amount]) => {
    const passedOn = index
      .callees(service)
      .reduce((sum, callee) => sum + Math.min(excess.of.get(callee) ?? 0, amount), 0);
    return [service, Math.max(0, amount - passedOn) / whole] as const;
  });
  return {
    through: new Map([...flow].map(([service, amount]) => [service, amount / whole])),
    self: new Map(self),
  };
}

/**
 * The widest path to every service: services join in the order of their excess, and what is first reached when one
 * joins is reached by a path that is as wide as that one. Linear after sorting.
 */
function widest(symptom: string, whole: number, excess: Excess, index: CallIndex): Map<string, number> {
  const reached = new Map([[symptom, whole]]);
  const joined = new Set<string>();
  const descending = [...excess.of].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  for (const [service, amount] of descending) {
    joined.add(service);
    if (!index.callers(service).some((caller) => reached.has(caller))) continue;
    const open = [service];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.set(next, Math.min(whole, amount));
      open.push(...index.callees(next).filter((callee) => joined.has(callee)));
    }
  }
  return reached;
}
