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
  return { through: new Map([...flow].map(([service, amount]) => [service, amount / whole])), self: new Map(self) };
}

/** Dijkstra for the widest path: always goes on from the service that carries most. */
function widest(symptom: string, whole: number, excess: Excess, index: CallIndex): Map<string, number> {
  const reached = new Map([[symptom, whole]]);
  const done = new Map<string, number>();
  while (reached.size > 0) {
    const [service, amount] = [...reached].reduce((best, each) => (each[1] > best[1] ? each : best));
    reached.delete(service);
    done.set(service, amount);
    for (const callee of index.callees(service)) {
      const carried = Math.min(amount, excess.of.get(callee) ?? 0);
      if (carried > (reached.get(callee) ?? 0) && !done.has(callee)) reached.set(callee, carried);
    }
  }
  return done;
}
