import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../packages/sandbox/src/index.ts";
import { type ApiProcess, type Installation, install, syncCatalog } from "../../../test/installation.ts";

const oncall = fileURLToPath(new URL("../bin/oncall.js", import.meta.url));

// Each test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let installation: Installation;
let model: ScriptedModel;
let api: ApiProcess;
let folder: string;
beforeAll(async () => {
  model = await startScriptedModel({ script: "echo-first-look" });
  installation = await install({ env: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "scripted" } });
  api = await installation.startApi();
  await installation.startWorker();
  await syncCatalog(installation, api.url);
  folder = await mkdtemp(join(tmpdir(), "oncall-ask-"));
});
afterAll(async () => {
  await installation?.close();
  await model?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in an empty folder; `during` sees standard output grow. */
function run(
  args: readonly string[],
  { env, during }: { env?: Record<string, string>; during?: (child: ChildProcess, out: string) => void } = {},
): Promise<Ran> {
  const remote = { ONCALL_URL: api.url, ONCALL_TOKEN: installation.token };
  const child = spawn(process.execPath, [oncall, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...(env ?? remote) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
    during?.(child, out);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

describe("a running installation is asked", () => {
  test("diagnose prints each iteration and tool call, then the answer", async () => {
    const { code, out } = await run(["diagnose", "ord-1234"]);
    expect(code).toBe(0);
    const lines = out.split("\n");
    const at = (line: RegExp) => lines.findIndex((text) => line.test(text));
    expect(out).toMatch(/^ {2}get_resource ord-1234 {2}\w+ {2}\d+ ms {2}ev_/m);
    const order = [
      at(/^note {4}First look, after .* s: \S/),
      at(/^turn 1 {2}Scripted stand-in/),
      at(/^turn 3 {2}→ submit_diagnosis$/),
      at(/^Diagnosis · /),
      at(/^First look · /),
      at(/tokens · .* · go on with --session ses_/),
    ];
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });

  test("ask goes on with a session, and as JSON is one line with its steps", async () => {
    const first = await run(["ask", "status", "of", "ord-1234", "--json"]);
    expect(first.code).toBe(0);
    const answer = JSON.parse(first.out);
    expect(first.out.trim().split("\n")).toHaveLength(1);
    expect(answer).toMatchObject({
      response: expect.stringContaining("PENDING"),
      metadata: { tools_called: ["get_resource"] },
      steps: [{ kind: "tool", tool: "get_resource" }],
    });
    const second = await run(["ask", "who owns it?", "--session", answer.session_id]);
    expect(second.out).toContain("ord-1234 is an order of order-service");
  });

  test("Ctrl-C cancels the run, which says so", async () => {
    model.play([{ holdUntil: "never" }]);
    let interrupted = false;
    const { code, out, err } = await run(["diagnose", "order-service"], {
      during(child, so_far) {
        if (interrupted || !so_far.includes("First look, after")) return;
        interrupted = true;
        child.kill("SIGINT");
      },
    });
    expect(err).toContain("Cancelling");
    expect(out).toMatch(/\nCancelled after .* s: the run stopped/);
    expect(code).toBe(1);
    const [row] = await installation.database.sql`select status from turns order by created_at desc limit 1`;
    expect(row?.status).toBe("cancelled");
  });

  test.each<[string, string[], number, RegExp]>([
    ["no question", ["ask"], 2, /Usage: oncall ask/],
    ["no target", ["diagnose"], 2, /Usage: oncall diagnose/],
    ["an unknown flag", ["ask", "who?", "--sesion", "x"], 2, /--sesion/],
    ["an unknown session", ["ask", "who?", "--session", "ses_x"], 1, /no session ses_x.*POST \/session/],
  ])("%s is answered with what to do", async (_, args, code, message) => {
    const ran = await run(args);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(message);
    expect(ran.out).toBe("");
  });

  test("one that does not answer is named", async () => {
    const ran = await run(["ask", "who?"], {
      env: { ONCALL_URL: "http://127.0.0.1:9", ONCALL_TOKEN: "x".repeat(10) },
    });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("http://127.0.0.1:9 does not answer");
  });
});

test("without ONCALL_URL the same is composed here, from the same configuration", async () => {
  const { sandbox, database } = installation;
  const env = { ...sandbox.environment(), DATABASE_URL: database.url, QUEUE_PREFIX: "ask-own" };
  const { code, out } = await run(["ask", "who owns order-service?"], { env });
  expect(out).toContain("order-service is owned by team commerce");
  expect(code).toBe(0);
});
