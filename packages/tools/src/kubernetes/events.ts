import type { KubernetesEvent } from "@oncall/backends";
import type { PodStatus } from "../outputs/index.ts";

type FoldedEvent = PodStatus["events"][number];

/** Warnings, folded by reason and object, newest first; about these objects, or all where none are given. */
export function foldEvents(events: readonly KubernetesEvent[], objects?: ReadonlySet<string>): FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const event of events) {
    const name = event.involvedObject.name ?? "";
    if (event.type !== "Warning" || objects?.has(name) === false) continue;
    const object = `${event.involvedObject.kind ?? "Object"}/${name}`;
    const key = `${event.reason} ${object}`;
    const known = folded.get(key);
    const [first, last] = [
      event.firstTimestamp ?? event.lastTimestamp,
      event.lastTimestamp ?? event.firstTimestamp,
    ];
    const isNewer = known === undefined || (last ?? "") > (known.last_seen ?? "");
    folded.set(key, {
      reason: event.reason ?? "Unknown",
      type: event.type,
      object,
      message: (isNewer ? event.message : known.message)?.slice(0, 500) ?? "",
      count: (known?.count ?? 0) + (event.count ?? 1),
      first_seen: extreme(known?.first_seen, first, (a, b) => a < b),
      last_seen: extreme(known?.last_seen, last, (a, b) => a > b),
    });
  }
  return [...folded.values()].sort(
    (a, b) => compare(b.last_seen ?? "", a.last_seen ?? "") || compare(a.object, b.object),
  );
}

function extreme(
  a: string | null | undefined,
  b: string | null | undefined,
  wins: (a: string, b: string) => boolean,
): string | null {
  if (a == null || b == null) return a ?? b ?? null;
  return wins(a, b) ? a : b;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
