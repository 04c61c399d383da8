import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const oncall = fileURLToPath(new URL("../bin/oncall.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "oncall-sandbox-"));
let company: ChildProcess;
let url: string;

beforeAll(async () => {
  company = start("up", "--sandbox", "--every", "0", "--scenario", "acme-04");
  url = await new Promise((resolve, reject) => {
    let out = "";
    company.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
      const found = /Slack\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    company.once("exit", (code) => reject(new Error(`ended with ${code}: ${out}`)));
  });
}, 60_000);

afterAll(async () => {
  if (company.exitCode === null && company.kill("SIGTERM")) await once(company, "exit");
  rmSync(folder, { recursive: true, force: true });
}, 40_000);

test("an alert on demand is answered in its thread", async () => {
  const { code, out, err } = await run("sandbox", "fire", "--json");
  expect(code, err).toBe(0);
  const { scenario, delivered, channel, ts } = JSON.parse(out);
  expect([scenario, delivered]).toEqual(["acme-04", true]);
  const thread = async () => {
    const answer = await fetch(`${url}/api/channels/${channel}/threads/${ts}`);
    return ((await answer.json()) as { messages: { text: string }[] }).messages[1]?.text;
  };
  await expect.poll(thread, { timeout: 20_000 }).toMatch(/First look/);
}, 60_000);

test.each<[string[], number, RegExp]>([
  [["sandbox", "fire"], 0, /The alert of acme-04 stands in Acme's Slack: http:\S+\/#\S+-oncall\/\d/],
  [["sandbox", "fire", "acme-01"], 1, /plays acme-04 .*oncall up --sandbox --scenario acme-01/],
  [["sandbox", "fire", "--url", "http://127.0.0.1:1"], 1, /No sandbox answers at http:\/\/127\.0\.0\.1:1/],
  [["up", "--sandbox", "--scenario", "acme-1"], 2, /did you mean acme-\d\d/],
  [["up", "--sandbox", "--every", "soon"], 2, /--every takes a number/],
])(
  "oncall %j ends with %i",
  async (args, code, says) => {
    const { code: ended, out, err } = await run(...args);
    expect(out + err).toMatch(says);
    expect(ended).toBe(code);
  },
  40_000,
);

test("after the end there is nothing to ask", async () => {
  company.kill("SIGTERM");
  await once(company, "exit");
  expect(await run("sandbox", "fire")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/No sandbox runs here/),
  });
}, 40_000);

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [oncall, ...args], {
    env: { PATH: process.env.PATH ?? "", ONCALL_DATA_DIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  const [code] = await once(child, "close");
  return { code, out, err };
}
