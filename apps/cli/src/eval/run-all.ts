import { createModel } from "@oncall/agent";
import { AppError, nearestNames } from "@oncall/core";
import { createClosers, createLogger, loadConfig } from "@oncall/platform";
import { loadScenario, scenarioNames } from "@oncall/sandbox";
import type { EvalOptions } from "./options.ts";
import { createProgress } from "./progress.ts";
import { readRecordings, writeRecording } from "./recording.ts";
import { replay } from "./replay.ts";
import type { EvalRun, FailedRun } from "./run.ts";
import { runInSlots } from "./slots.ts";
import { openTemplateDatabase } from "./template-database.ts";

type Runs = readonly (EvalRun | FailedRun)[];

const TIMEOUT_MS = 120_000;
const TIMEOUT_WITH_MODEL_MS = 360_000;

/** Every asked scenario through the whole product, each in a world of its own. */
export async function runScenarios(options: EvalOptions, signal: AbortSignal): Promise<Runs> {
  const { model, record, parallel } = options;
  const names = chosen(options.scenarios, scenarioNames());
  const cases = names.flatMap((scenario) => (options.seeds ?? [1]).map((seed) => ({ scenario, seed })));
  const logger = createLogger({ level: "error", destination: "stderr", pretty: true });
  const closers = createClosers({ logger, stepTimeoutMs: 30_000 });
  const progress = createProgress(cases.length, "Scenarios");
  const runs: (EvalRun | FailedRun)[] = [];
  try {
    const database = await openTemplateDatabase(process.env.DATABASE_URL, logger, closers);
    const jobs = cases.map((one) => ({ ...one, database, model, record: record !== undefined }));
    await runInSlots(jobs, {
      parallel,
      timeoutMs: model === "configured" ? TIMEOUT_WITH_MODEL_MS : TIMEOUT_MS,
      signal,
      async onAnswer({ scenario, seed }, answer) {
        if ("failed" in answer) {
          const { title, truth } = loadScenario(scenario);
          runs.push({ scenario, seed, title, truth, failed: answer.failed });
        } else {
          runs.push(answer.run);
          if (record !== undefined && answer.recording) await writeRecording(record, answer.recording);
        }
        progress.step(scenario);
      },
    });
    return runs;
  } finally {
    progress.end();
    await closers.closeAll();
  }
}

/** The recordings of a folder, looked at again by what the code is now. */
export async function replayRecordings(
  folder: string,
  options: EvalOptions,
  signal: AbortSignal,
): Promise<Runs> {
  const all = await readRecordings(folder);
  const names = new Set(chosen(options.scenarios, [...new Set(all.map(({ scenario }) => scenario))]));
  const recordings = all.filter(
    ({ scenario, seed }) => names.has(scenario) && (options.seeds?.includes(seed) ?? true),
  );
  if (recordings.length === 0)
    throw new AppError("invalid_input", `${folder} holds no recording of these scenarios with these seeds.`);
  const model = options.model === "configured" ? configuredModel() : null;
  const progress = createProgress(recordings.length, "Recordings");
  const runs: (EvalRun | FailedRun)[] = [];
  const waiting = [...recordings];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      runs.push(await replay(next, { model, signal }));
      progress.step(next.scenario);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.parallel }, work));
    return runs;
  } finally {
    progress.end();
  }
}

function configuredModel() {
  const { apiKey, baseUrl, model } = loadConfig({ env: process.env }).model;
  // A gateway on another address may need no key; the SDK insists on one.
  return createModel({ apiKey: apiKey?.reveal() ?? "none", baseUrl, model });
}

/** What was asked for, or everything. Throws invalid_input for a name there is not, with the nearest. */
function chosen(asked: readonly string[], names: readonly string[]): readonly string[] {
  for (const name of asked) {
    if (names.includes(name)) continue;
    const nearest = nearestNames(name, names).join(" or ");
    throw new AppError(
      "invalid_input",
      `There is no scenario "${name}".${nearest ? ` Did you mean ${nearest}?` : ""} \`oncall demo --list\` prints the names.`,
    );
  }
  return asked.length > 0 ? asked : names;
}
