import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Comparison, compare, readBaseline } from "../eval/baseline.ts";
import { renderHtml } from "../eval/html.ts";
import { type EvalOptions, evalOptions, USAGE } from "../eval/options.ts";
import { makeReport, type Report } from "../eval/report.ts";
import { replayRecordings, runScenarios } from "../eval/run-all.ts";
import { renderComparison, renderTable } from "../eval/table.ts";

/** `oncall eval`: practice incidents through the whole product, scored against the truth (SPEC §14, §16). */
export async function evaluate(args: readonly string[]): Promise<number> {
  const options = evalOptions(args, process.env);
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  // Before minutes of work, so that a wrong file is told at once.
  const baseline = options.baseline === undefined ? null : await readBaseline(options.baseline);
  const report = await untilStopped((signal) => runAll(options, signal));
  const comparison = baseline && compare(baseline, report);

  if (options.out !== undefined) await write(options.out, `${JSON.stringify(report, null, 1)}\n`);
  if (options.html !== undefined) await write(options.html, renderHtml(report));
  print(report, comparison, options);
  const failed = report.scenarios.filter((row) => row.failed !== null);
  for (const { scenario, seed, failed: why } of failed) console.error(`${scenario} seed ${seed}: ${why}`);
  return failed.length > 0 || (comparison?.dropped.length ?? 0) > 0 ? 1 : 0;
}

async function runAll(options: EvalOptions, signal: AbortSignal): Promise<Report> {
  const { replay, model, price } = options;
  const runs =
    replay === undefined
      ? await runScenarios(options, signal)
      : await replayRecordings(replay, options, signal);
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  return makeReport(runs, { seeds, model, price, replayed: replay !== undefined });
}

function print(report: Report, comparison: Comparison | null, { json }: EvalOptions): void {
  if (json) {
    console.log(JSON.stringify(comparison ? { ...report, baseline: comparison } : report));
    if (comparison) console.error(renderComparison(comparison));
    return;
  }
  console.log(renderTable(report, { colour: process.stdout.isTTY === true && !process.env.NO_COLOR }));
  if (comparison) console.log(renderComparison(comparison));
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Ctrl-C ends what runs and still lets it be cleaned up; a second one ends the process. */
async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const stopped = (): void => stop.abort();
  process.once("SIGINT", stopped);
  process.once("SIGTERM", stopped);
  try {
    return await work(stop.signal);
  } finally {
    process.off("SIGINT", stopped);
    process.off("SIGTERM", stopped);
  }
}
