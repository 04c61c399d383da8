import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { startApi } from "@oncall/api";
import { AppError, nearestNames } from "@oncall/core";
import { type Config, Secret } from "@oncall/platform";
import { scenarioNames } from "@oncall/sandbox";
import { startWorker } from "@oncall/worker";
import { playLive } from "../demo/play-live.ts";
import { serve } from "../serve.ts";
import { version } from "../version.ts";

/** Minutes between two alerts of the practice company. */
const EVERY_MINUTES = "5";

/**
 * `oncall up`: everything in one process; with nothing configured, on the embedded Postgres. `oncall up --sandbox`:
 * the same beside a practice company, whose alerts keep coming.
 */
export async function up(args: readonly string[]): Promise<number> {
  return args.includes("--sandbox") ? upBesideAcme(args) : upAlone(args);
}

async function upAlone(args: readonly string[]): Promise<number> {
  return serve(
    args,
    async ({ config, databaseUrl, logger, closers }) => {
      const api = await startApi({ config, databaseUrl, logger, version });
      closers.add("api", () => api.close());
      const worker = await startWorker({ config, databaseUrl, logger });
      closers.add("worker", () => worker.close());
    },
    withToken,
  );
}

async function upBesideAcme(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sandbox: { type: "boolean" },
      scenario: { type: "string", default: "acme-01" },
      seed: { type: "string", default: "1" },
      every: { type: "string", default: EVERY_MINUTES },
      "scripted-model": { type: "boolean", default: false },
    },
  });
  checkScenario(values.scenario);
  return playLive({
    scenario: values.scenario,
    seed: Math.floor(numberOf("--seed", values.seed)),
    everyMinutes: numberOf("--every", values.every),
    scriptedModel: values["scripted-model"],
  });
}

/** Without ONCALL_TOKEN everything but the webhooks would be closed: one is made for this run and printed. */
function withToken(config: Config): Config {
  if (config.token !== undefined) return config;
  const token = `oncall_${randomBytes(24).toString("base64url")}`;
  console.error(`ONCALL_TOKEN is not set; for this run it is ${token}`);
  return { ...config, token: new Secret(token) };
}

function checkScenario(scenario: string): void {
  const names = scenarioNames();
  if (names.includes(scenario)) return;
  const nearest = nearestNames(scenario, names).join(" or ");
  throw new AppError(
    "invalid_input",
    `There is no scenario "${scenario}"${nearest ? `; did you mean ${nearest}?` : "."} \`oncall demo --list\` prints the names.`,
  );
}

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  // A timer holds 24 days at most.
  if (text.trim() === "" || !(number >= 0 && number <= 10_000))
    throw new AppError("invalid_input", `${flag} takes a number from 0 to 10000, not "${text}".`);
  return number;
}
