import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { AppError } from "@oncall/core";
import type { Price } from "./report.ts";
import type { ModelChoice } from "./slot-protocol.ts";

export const USAGE = `Usage: oncall eval [NAME…] [--scenario NAME…] [--seed N[,N…]] [--parallel N] [--agent | --scripted-model]
                   [--price INPUT,OUTPUT] [--json] [--out FILE.json] [--html FILE] [--baseline FILE]
                   [--record DIR | --replay DIR]

Runs practice incidents through the whole product and scores what it says against what is true.
  --seed        variations of each scenario; default 1
  --parallel    scenarios at a time, each in a process of its own; default the number of cores
  --agent       a diagnosis too. By the model of ANTHROPIC_API_KEY (or ANTHROPIC_BASE_URL) it is scored; without
                either by a scripted stand-in, which has no accuracy: calls, tokens, dollars and seconds are told
  --price       dollars per million tokens, for the cost of a diagnosis
  --baseline    an earlier --out; exit code 1 when a score dropped
  --record      keeps every tool's results; --replay scores today's analyzers and prompt on them, without the world`;

export interface EvalOptions {
  /** All there are when empty. */
  readonly scenarios: readonly string[];
  /** Null when none was asked for. */
  readonly seeds: readonly number[] | null;
  readonly parallel: number;
  readonly model: ModelChoice;
  readonly price: Price | null;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly out: string | undefined;
  readonly baseline: string | undefined;
  readonly record: string | undefined;
  readonly replay: string | undefined;
}

const MAX_PARALLEL = 32;

/** Null when only help is wanted. Throws invalid_input, and parseArgs' own errors, for bad usage. */
export function evalOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): EvalOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scenario: { type: "string", multiple: true, default: [] },
      seed: { type: "string" },
      parallel: { type: "string" },
      price: { type: "string" },
      json: { type: "boolean", default: false },
      html: { type: "string" },
      out: { type: "string" },
      baseline: { type: "string" },
      record: { type: "string" },
      replay: { type: "string" },
      agent: { type: "boolean", default: false },
      "scripted-model": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  if (values.record !== undefined && values.replay !== undefined)
    throw new AppError("invalid_input", "--record and --replay exclude each other.");
  const scenarios = [...values.scenario, ...positionals].flatMap((names) => names.split(","));
  const { html, out, baseline, record, replay, json } = values;
  const model = modelChoice(values.agent, values["scripted-model"], env);
  if (replay !== undefined && model === "scripted") {
    throw new AppError(
      "invalid_input",
      "A replay has no use for the scripted stand-in: leave --scripted-model out, or set ANTHROPIC_API_KEY for --agent.",
    );
  }
  return {
    scenarios: [...new Set(scenarios.filter((name) => name !== ""))],
    seeds: values.seed === undefined ? null : seedsOf(values.seed),
    parallel: values.parallel === undefined ? availableParallelism() : parallelOf(values.parallel),
    model,
    price: values.price === undefined ? null : priceOf(values.price),
    json,
    html,
    out,
    baseline,
    record,
    replay,
  };
}

function modelChoice(
  agent: boolean,
  scripted: boolean,
  env: Readonly<Record<string, string | undefined>>,
): ModelChoice {
  if (agent && scripted)
    throw new AppError("invalid_input", "--agent asks a model, --scripted-model a stand-in: choose one.");
  if (scripted) return "scripted";
  if (!agent) return "none";
  return env.ANTHROPIC_API_KEY || env.ANTHROPIC_BASE_URL ? "configured" : "scripted";
}

function seedsOf(text: string): number[] {
  const seeds = numbers(text);
  if (!seeds.every((seed) => Number.isSafeInteger(seed)))
    throw new AppError("invalid_input", `--seed takes whole numbers such as 7 or 1,2,3, not "${text}".`);
  return [...new Set(seeds)];
}

function parallelOf(text: string): number {
  const parallel = Number(text);
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > MAX_PARALLEL)
    throw new AppError(
      "invalid_input",
      `--parallel takes a number from 1 to ${MAX_PARALLEL}, not "${text}".`,
    );
  return parallel;
}

function priceOf(text: string): Price {
  const [input, output, ...more] = numbers(text);
  if (input === undefined || output === undefined || more.length > 0 || !(input >= 0 && output >= 0))
    throw new AppError(
      "invalid_input",
      `--price takes dollars per million input and output tokens, such as 3,15, not "${text}".`,
    );
  return { input, output };
}

/** NaN for what is no number, the empty text included. */
function numbers(text: string): number[] {
  return text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
}
