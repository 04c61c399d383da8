import { createInterface } from "node:readline";
import { print } from "../print.ts";
import { stopSignal } from "../serve.ts";
import type { Company } from "./company.ts";
import { openScreen } from "./screen.ts";

const ANSWER_TIMEOUT_MS = 60_000;

/** Stays up until Ctrl-C; what is typed is sent to the product as a signed Slack command. */
export async function keepUp(company: Company, incidentId: string): Promise<void> {
  const screen = await openScreen(company);
  print(guide(company, incidentId, screen.url));
  const lines = createInterface({ input: process.stdin, terminal: false });
  let asking: Promise<void> = Promise.resolve();
  lines.on("line", (line) => {
    if (line.trim() !== "")
      asking = asking
        .then(() => ask(company, line.trim()))
        .catch((error: unknown) => console.error(String(error)));
  });
  await stopSignal();
  lines.close();
  console.error("\nStopping…");
  await screen.close();
}

async function ask(company: Company, line: string): Promise<void> {
  const { sandbox, api } = company;
  const text = line.replace(/^\/?diagnose\b\s*/, "");
  const { channel } = sandbox.scenario.alert;
  const before = sandbox.channel(channel).length;
  const acknowledged = await sandbox.command(api.url, { command: "/diagnose", text, channel });
  print(`\n(only you see this) ${ephemeralText(acknowledged.body)}\n`);
  if (/^(?:help)?$/.test(text.trim())) return;
  const answer = await sandbox.waitFor(
    "the answer",
    () => sandbox.channel(channel)[before],
    ANSWER_TIMEOUT_MS,
  );
  print(`${sandbox.render(channel, answer.ts)}\n`);
}

function ephemeralText(body: string): string {
  try {
    return String((JSON.parse(body) as { text?: unknown }).text);
  } catch {
    return body;
  }
}

function guide({ api, token, sandbox }: Company, incidentId: string, screenUrl: string): string {
  const auth = `-H 'Authorization: Bearer ${token}'`;
  return [
    `Acme's Slack in a browser: ${screenUrl}`,
    ``,
    `It stays up until Ctrl-C. Type a command as you would in Slack and press Enter:`,
    `  /diagnose order-service          /diagnose ord-1234          /diagnose help`,
    ``,
    `Or look from another terminal:`,
    `  the incident    curl -s ${auth} ${api.url}/api/incidents/${incidentId}`,
    `  a tool          curl -s ${auth} -H 'content-type: application/json' -d '{"id":"ord-1234"}' ${api.url}/api/tools/get_resource`,
    `  the API         ${api.url}/docs`,
    `  MCP (HTTP)      ${api.url}/mcp with the same bearer token`,
    `  MCP (stdio)     ONCALL_URL=${api.url} ONCALL_TOKEN=${token} apps/cli/bin/oncall.js mcp`,
    `  Prometheus      ${sandbox.urls.prometheus}`,
  ].join("\n");
}
