const UNITS = [
  ["y", 365 * 86_400_000],
  ["w", 7 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

const PATTERN = new RegExp(`^${UNITS.map(([unit]) => `(?:([0-9]+)${unit})?`).join("")}$`);

/** Milliseconds of a Prometheus duration such as `1h30m` or `250ms`: units descend, each at most once. */
export function parseDurationMs(text: string): number | undefined {
  const parts = text === "" ? null : PATTERN.exec(text);
  return parts?.slice(1).reduce((sum, count, i) => sum + Number(count ?? 0) * (UNITS[i]?.[1] ?? 0), 0);
}
