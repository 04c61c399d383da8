/** One figure of a benchmark. `bar` is in words ("≤ 1.2"); null for a figure that is only reported. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string | null;
  readonly ok: boolean;
}

/** Prints the figures, for people or as the one line of JSON of SPEC §16; answers the exit code: 1 when a bar is missed. */
export function report(
  bench: string,
  results: readonly Figure[],
  notes: readonly string[],
  json: boolean,
): number {
  if (json) console.log(JSON.stringify({ bench, results, notes }));
  else {
    const width = Math.max(0, ...results.map(({ name }) => name.length));
    for (const { name, value, unit, bar, ok } of results) {
      const judged = bar === null ? "" : `  ${ok ? "ok" : "MISSED"} (bar ${bar})`;
      console.log(`${name.padEnd(width)}  ${round(value)} ${unit}${judged}`);
    }
    for (const note of notes) console.log(`note: ${note}`);
  }
  return results.every(({ ok }) => ok) ? 0 : 1;
}

/** Four significant digits: benchmarks do not know more. */
function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

/** The middle value; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
