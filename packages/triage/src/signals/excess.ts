import { median, seriesBits, sortedFinite } from "@oncall/tools";
import { leastOf } from "./levels.ts";
import type { Family } from "./sign.ts";

/** One service's level (seconds per request, or failed share) with the number of requests behind each point. */
export interface Flowing {
  readonly service: string;
  readonly history: ArrayLike<number>;
  readonly window: ArrayLike<number>;
  readonly requests: ArrayLike<number>;
}

/** How much more than usual each service took or failed while the symptom was bad, in one unit for all. */
export interface Excess {
  readonly family: Extract<Family, "latency" | "errors">;
  /** Excess seconds or failed requests; services without any are left out. */
  readonly of: ReadonlyMap<string, number>;
  /** How surprising the symptom itself is; 0 means there is none to explain. */
  readonly bits: number;
}

// A mean over few requests is mostly luck: it is drawn to the usual level as if this many usual requests came with it.
const PRIOR_REQUESTS = 30;
// A moment this much better than the worst one shows the levels without the fault.
const CALM = 0.1;

/**
 * Compares the moments in which the symptom is bad with those in which it is not. A service that is always off, now
 * as in the calm moments, has no excess: drifting bystanders cancel. All windows are sampled at the same moments.
 */
export function excessDuring(
  family: Excess["family"],
  symptom: string,
  services: readonly Flowing[],
): Excess {
  const own = services.find(({ service }) => service === symptom);
  if (own === undefined) return { family, of: new Map(), bits: 0 };
  const bits = seriesBits(own.history, own.window, leastOf[family]).up;
  const weights = badness(own);
  return {
    family,
    bits,
    of: new Map(
      services
        .map((each) => [each.service, excessOf(each, weights)] as const)
        .filter(([, excess]) => excess > 0),
    ),
  };
}

/** From 0 (the symptom is as usual) to 1 (its worst moment). */
function badness({ history, window }: Flowing): number[] {
  const finite = sortedFinite(window);
  const worst = finite.at(-1) ?? Number.NaN;
  const usual = Math.max(finite[0] ?? Number.NaN, Math.min(median(history), worst));
  const base = Number.isFinite(usual) ? usual : (finite[0] ?? 0);
  return Array.from(window, (value) =>
    Number.isFinite(value) && worst > base ? Math.max(0, (value - base) / (worst - base)) : 0,
  );
}

/** Excess requires a usual level: a callee that nobody called before is its caller's change, not its own. */
function excessOf({ history, window, requests }: Flowing, weights: readonly number[]): number {
  const usual = median(history);
  if (!Number.isFinite(usual)) return 0;
  const known = weights.flatMap((weight, at) => {
    const [level, n] = [window[at] ?? Number.NaN, requests[at] ?? Number.NaN];
    return Number.isFinite(level) && n > 0 ? [{ weight, level, n }] : [];
  });
  const calm = known.filter(({ weight }) => weight <= CALM);
  const reference =
    (calm.reduce((sum, { level, n }) => sum + level * n, 0) + PRIOR_REQUESTS * usual) /
    (calm.reduce((sum, { n }) => sum + n, 0) + PRIOR_REQUESTS);
  return known.reduce(
    (sum, { weight, level, n }) => sum + weight * (level - reference) * n * (n / (n + PRIOR_REQUESTS)),
    0,
  );
}
