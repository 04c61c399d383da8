import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Company } from "../demo/company.ts";

const oncall = fileURLToPath(new URL("../../bin/oncall.js", import.meta.url));
const TIMEOUT_MS = 60_000;

/** What a person sees who asks for the same things at a terminal. */
const commands = [
  ["tool", "call", "query_logs", '{"service":"order-service"}'],
  ["tool", "call", "get_recent_deploys", '{"service":"order-service"}', "--json"],
  ["tool", "call", "get_pod_status", '{"service":"order-service"}'],
  ["tool", "call", "get_resource", '{"id":"ord-1234"}'],
  ["tool", "call", "get_service_catalog", '{"service":"order-service"}', "--json"],
  ["tool", "call", "check_dependency_health", '{"service":"payment-service"}'],
  ["tool", "call", "get_service_catalog", '{"service":"\\u001b[31mno\\u202esuch"}'],
];

/** What `oncall` prints, standard error included, of an installation that is up. */
export async function printedBy({ api, token }: Company): Promise<string[]> {
  const printed: string[] = [];
  for (const args of commands) printed.push(await run(args, { ONCALL_URL: api.url, ONCALL_TOKEN: token }));
  return printed;
}

function run(args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [oncall, ...args], {
      env: { PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let said = "";
    const hear = (chunk: string): void => {
      said += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("error", reject);
    child.once("close", () => resolve(said));
  });
}
