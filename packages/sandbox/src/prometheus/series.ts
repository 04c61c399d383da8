/** A label set; a metric's name is the label `__name__`. A label with an empty value counts as absent. */
export type Labels = Record<string, string>;

/** One time series whose history is a pure function of time. */
export interface Series {
  labels: Labels;
  /**
   * The sample at `timeMs`, always a multiple of the source's scrape interval; `undefined` where there is
   * none (before the series began, after it ended, a failed scrape).
   */
  at(timeMs: number): number | undefined;
}

/**
 * Where the simulated Prometheus gets its history. `series()` is read once, when the index is built:
 * a series that appears later is listed from the start and answers `undefined` until then.
 */
export interface SeriesSource {
  series(): Iterable<Series>;
  scrapeIntervalMs: number;
}

/** Label matcher of a selector, compiled once per query. */
export interface Matcher {
  label: string;
  op: "=" | "!=" | "=~" | "!~";
  value: string;
  matches(value: string): boolean;
}

export interface SeriesIndex {
  scrapeIntervalMs: number;
  /** The series for which all matchers hold, in label order. Matchers of `__name__` narrow the search first. */
  select(matchers: readonly Matcher[]): Series[];
}

export function indexSeries(source: SeriesSource): SeriesIndex {
  if (!(source.scrapeIntervalMs > 0)) throw new RangeError("scrapeIntervalMs must be a positive number");
  const all = inLabelOrder([...source.series()].map(withoutEmptyLabels));
  const byName = new Map<string, Series[]>();
  for (const series of all) {
    const name = series.labels.__name__ ?? "";
    const named = byName.get(name);
    if (named) named.push(series);
    else byName.set(name, [series]);
  }
  /** Series of the metrics whose names match, in label order. */
  function named(matchers: readonly Matcher[]): Series[] {
    const names = new Set([...byName.keys()].filter((name) => matchers.every((m) => m.matches(name))));
    return all.filter(({ labels }) => names.has(labels.__name__ ?? ""));
  }
  return {
    scrapeIntervalMs: source.scrapeIntervalMs,
    select(matchers) {
      const exact = matchers.find(({ label, op }) => label === "__name__" && op === "=");
      const names = matchers.filter(({ label }) => label === "__name__");
      const candidates = exact ? (byName.get(exact.value) ?? []) : names.length === 0 ? all : named(names);
      // Each distinct value is matched once: regular expressions are slow, and values repeat over many series.
      const asked = matchers
        .filter(({ label }) => label !== "__name__")
        .map((matcher) => remembering(matcher));
      const kept = exact
        ? candidates.filter(({ labels }) => names.every((m) => m.matches(labels.__name__ ?? "")))
        : candidates;
      return kept.filter(({ labels }) => asked.every(({ label, holds }) => holds(labels[label] ?? "")));
    },
  };
}

function remembering({ label, matches }: Matcher): { label: string; holds(value: string): boolean } {
  const known = new Map<string, boolean>();
  return {
    label,
    holds(value) {
      const before = known.get(value);
      if (before !== undefined) return before;
      const now = matches(value);
      known.set(value, now);
      return now;
    },
  };
}

/** A string that is equal for equal label sets. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(sortedEntries(labels));
}

/** Prometheus's order: label by label, first by name, then by value; a prefix comes first. */
export function compareLabels(a: Labels, b: Labels): number {
  return compareTexts(sortedEntries(a).flat(), sortedEntries(b).flat());
}

/** Thousands of them: what each is compared by is made once. */
function inLabelOrder(series: readonly Series[]): Series[] {
  const keyed = series.map((one) => ({ one, key: sortedEntries(one.labels).flat() }));
  return keyed.sort((a, b) => compareTexts(a.key, b.key)).map(({ one }) => one);
}

function compareTexts(left: readonly string[], right: readonly string[]): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const [l, r] = [left[i] ?? "", right[i] ?? ""];
    if (l !== r) return l < r ? -1 : 1;
  }
  return left.length - right.length;
}

/** `{__name__="up", job="api"}`, as Prometheus prints a label set in its errors. */
export function printLabels(labels: Labels): string {
  return `{${sortedEntries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ")}}`;
}

export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** The label set with `name` set to `value`, or without it when `value` is empty. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  return value === "" ? dropLabels(labels, [name]) : { ...labels, [name]: value };
}

function withoutEmptyLabels(series: Series): Series {
  const labels = Object.fromEntries(sortedEntries(series.labels).filter(([, value]) => value !== ""));
  return { labels, at: (timeMs) => series.at(timeMs) };
}

function sortedEntries(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
