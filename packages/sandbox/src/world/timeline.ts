export const SCRAPE_MS = 15_000;
const MINUTE_MS = 60_000;
const HISTORY_MS = 30 * 60 * MINUTE_MS;

/** The one clock of a world: where history begins, when things began to go wrong, and what time it is. */
export interface Timeline {
  readonly startedMs: number;
  readonly onsetMs: number;
  /** The first scrape; 30 hours before the start. */
  readonly originMs: number;
  now(): number;
  /** Minutes after the onset, as a time. */
  afterOnset(minutes: number): number;
  minutesSinceOnset(timeMs: number): number;
  /** `${onset:-3}` and `${ago:90}` in data, in minutes, become ISO 8601 times. */
  fill(text: string): string;
}

export function createTimeline(onsetMinutesAgo: number, now: () => Date): Timeline {
  const startedMs = now().getTime();
  // Whole seconds: the backends that print times print no more.
  const onsetMs = Math.floor((startedMs - onsetMinutesAgo * MINUTE_MS) / 1000) * 1000;
  const afterOnset = (minutes: number): number => onsetMs + Math.round(minutes * MINUTE_MS);
  return {
    startedMs,
    onsetMs,
    originMs: Math.floor((startedMs - HISTORY_MS) / SCRAPE_MS) * SCRAPE_MS,
    now: () => now().getTime(),
    afterOnset,
    minutesSinceOnset: (timeMs) => (timeMs - onsetMs) / MINUTE_MS,
    fill: (text) =>
      text
        .replace(/\$\{onset:(-?[\d.]+)\}/g, (_, minutes: string) => iso(afterOnset(Number(minutes))))
        .replace(/\$\{ago:(-?[\d.]+)\}/g, (_, minutes: string) =>
          iso(startedMs - Number(minutes) * MINUTE_MS),
        ),
  };
}

/** Fills the placeholders of every string in a JSON value. */
export function fillDeep<T>(value: T, fill: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === "string" ? fill(inner) : inner,
  ) as T;
}

/** `2026-01-31T03:00:00Z`, the form that Kubernetes, GitHub and the teams' own APIs use. */
export function iso(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
