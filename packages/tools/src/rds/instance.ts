import type { DatabaseEvent, DatabaseFacts, DatabaseLoad, Sample } from "./facts.ts";
import type { MetricName } from "./metrics.ts";

/** Events are noticed a while after what they tell of. */
const BEFORE_MS = 15 * 60_000;

/** One database instance with all that is known of it. */
export interface Instance {
  readonly name: string;
  readonly storageBytes: number | undefined;
  readonly load: DatabaseLoad | undefined;
  /** Empty where CloudWatch has no such metric. */
  metric(name: MetricName): readonly Sample[];
  /** Oldest first: those of the time that was measured, and those of before. */
  readonly events: readonly DatabaseEvent[];
  readonly earlier: readonly DatabaseEvent[];
  /** The instance it replicates. */
  readonly primary: Instance | undefined;
}

/** Every instance that the facts speak of, in the order of names. */
export function instancesOf({ series, events, loads, sizes }: DatabaseFacts): Instance[] {
  const times = [...series, ...loads].flatMap(({ samples }) => samples.map(([at]) => at));
  const from =
    times.length === 0 ? Number.NEGATIVE_INFINITY : times.reduce((a, b) => Math.min(a, b)) - BEFORE_MS;
  const names = [
    ...new Set([
      ...series.map(({ instance }) => instance),
      ...events.map(({ instance }) => instance),
      ...loads.map(({ instance }) => instance),
      ...sizes.keys(),
    ]),
  ].sort();
  const known = new Map<string, Instance>();
  for (const name of names) {
    const own = series.filter(({ instance }) => instance === name);
    const told = events.filter(({ instance }) => instance === name);
    known.set(name, {
      name,
      storageBytes: sizes.get(name)?.storageBytes,
      load: loads.find(({ instance }) => instance === name),
      metric: (metric) => own.find((one) => one.metric === metric)?.samples ?? [],
      events: told.filter(({ at }) => at >= from),
      earlier: told.filter(({ at }) => at < from),
      get primary() {
        return known.get(sizes.get(name)?.replicaOf ?? primaryByName(name, names) ?? "");
      },
    });
  }
  return [...known.values()];
}

/** Replicas are mostly named after what they replicate: `orders` and `orders-replica-1`. */
function primaryByName(name: string, names: readonly string[]): string | undefined {
  return names
    .filter((other) => name !== other && name.startsWith(`${other}-`))
    .sort((a, b) => b.length - a.length)[0];
}
