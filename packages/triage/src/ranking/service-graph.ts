/** Who calls whom. Every deployed service is listed, also one without calls. */
export interface ServiceGraph {
  readonly services: readonly string[];
  /** Caller, callee. */
  readonly calls: readonly (readonly [caller: string, callee: string])[];
}

/** The same calls looked up by caller and by callee; services that only calls name are included. */
export interface CallIndex {
  readonly services: readonly string[];
  callees(service: string): readonly string[];
  callers(service: string): readonly string[];
}

export function indexCalls({ services, calls }: ServiceGraph): CallIndex {
  const callees = new Map<string, Set<string>>();
  const callers = new Map<string, Set<string>>();
  for (const [caller, callee] of calls) {
    if (caller === callee) continue;
    put(callees, caller, callee);
    put(callers, callee, caller);
  }
  const sorted = (of: Map<string, Set<string>>) =>
    new Map([...of].map(([service, others]) => [service, [...others].sort()]));
  const [below, above] = [sorted(callees), sorted(callers)];
  return {
    services: [...new Set([...services, ...callees.keys(), ...callers.keys()])].sort(),
    callees: (service) => below.get(service) ?? [],
    callers: (service) => above.get(service) ?? [],
  };
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

/** Steps from where the work comes in to everything it calls, directly or not; what is not reached has none. */
export function depthsFrom(starts: readonly string[], index: CallIndex): ReadonlyMap<string, number> {
  const depths = new Map(starts.map((start) => [start, 0]));
  // A Map hands out what is added while it is walked: it is the queue of the search as well.
  for (const [service, depth] of depths) {
    for (const callee of index.callees(service)) if (!depths.has(callee)) depths.set(callee, depth + 1);
  }
  return depths;
}

/** The services that nobody calls. */
export function entries(index: CallIndex): string[] {
  return index.services.filter((service) => index.callers(service).length === 0);
}
