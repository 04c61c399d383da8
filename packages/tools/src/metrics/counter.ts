import type { Point } from "./change-point.ts";

/** Names by which Prometheus' clients call what only counts. */
const counterName = /(?:_total|_count|_sum|_bucket)(?:\{|$|\s)/;
const FEW_FALLS = 0.1;

/** Whether a series counts up: by its name, and because it hardly ever falls. A fall is the restart of its process. */
export function isCounter(name: string, points: readonly Point[]): boolean {
  const known = inOrder(points);
  const falls = known.filter(([, value], i) => value < (known[i - 1]?.[1] ?? value)).length;
  return (
    counterName.test(name) && known.every(([, value]) => value >= 0) && falls <= FEW_FALLS * known.length
  );
}

/** What a counter gained per second up to each point; after a restart it began at zero. */
export function ratesOf(points: readonly Point[]): Point[] {
  const known = inOrder(points);
  return known.slice(1).flatMap(([at, value], i): Point[] => {
    const [then, before] = known[i] ?? [at, value];
    const gained = value >= before ? value - before : value;
    return at > then ? [[at, gained / (at - then)]] : [];
  });
}

function inOrder(points: readonly Point[]): Point[] {
  return points
    .filter(([at, value]) => Number.isFinite(at) && Number.isFinite(value))
    .sort(([a], [b]) => a - b);
}
