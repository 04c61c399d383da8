const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/** `3d20h`, `6m35s` in milliseconds; undefined for what is no age. */
export function ageMs(words: string): number | undefined {
  if (!/^(\d+[smhdy])+$/.test(words)) return undefined;
  return [...words.matchAll(/(\d+)([smhdy])/g)].reduce(
    (sum, [, count = "0", unit = "s"]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}

export interface Seen {
  readonly count: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
}

/** `21s (x26 over 6m35s)`: how long ago last, how often, how long ago first. */
export function seen(words: string): Seen {
  const [, last = "", count, first] = /^(\S+)(?: \(x(\d+) over (\S+)\))?/.exec(words) ?? [];
  const lastMs = ageMs(last);
  return { count: Number(count ?? 1), lastMs, firstMs: first === undefined ? lastMs : ageMs(first) };
}

/** ISO 8601, so long before `now`; undefined where the age is not known. */
export function before(now: number, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(now - ms).toISOString();
}

/** kubectl describes times as RFC 1123 writes them; "" and the year 1970 are no times. */
export function timeOf(words: string): string | undefined {
  const at = Date.parse(words);
  return Number.isNaN(at) || at < 86_400_000 ? undefined : new Date(at).toISOString();
}
