import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startScriptedModel } from "@oncall/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const oncall = fileURLToPath(new URL("../bin/oncall.js", import.meta.url));

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const { DATABASE_URL, REDIS_URL, PATH } = process.env;
  const stores = { ...(DATABASE_URL ? { DATABASE_URL } : {}), ...(REDIS_URL ? { REDIS_URL } : {}) };
  const child = spawn(process.execPath, [oncall, "eval", ...args], {
    env: { PATH: PATH ?? "", ...stores, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, out, err })));
}

async function report(args: readonly string[], env: Record<string, string> = {}) {
  const { code, out, err } = await run(["--json", ...args], env);
  expect(code, err).toBe(0);
  expect(out.trim().split("\n")).toHaveLength(1);
  return JSON.parse(out);
}

describe("two worlds, one with a fault", () => {
  let folder: string;
  let live: Awaited<ReturnType<typeof report>>;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "oncall-eval-test-"));
    const kept = ["--record", file("recorded"), "--out", file("report.json"), "--html", file("report.html")];
    live = await report(["acme-01", "--scenario", "acme-04", "--seed", "7", ...kept]);
  }, 90_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("are scored, each with what was said, what was true and on what evidence", async () => {
    expect(live).toMatchObject({
      seed: 7,
      scores: { top1: 1, top3: 1, abstained: 0, false_alarms: 0, confidently_wrong: 0, n: 2 },
      diagnosis_scores: null,
      model: null,
    });
    const [faulty, healthy] = live.scenarios;
    expect(faulty).toMatchObject({ scenario: "acme-01", judgement: { verdict: "right" }, failed: null });
    const [cause] = faulty.first_look.causes;
    expect(cause).toMatchObject({ service: "order-service", code: "db.pool_exhausted" });
    expect(Object.keys(faulty.evidence)).toEqual(expect.arrayContaining(cause.evidence));
    expect(healthy).toMatchObject({ scenario: "acme-04", judgement: { verdict: "quiet" } });
    expect(live.efficiency.first_look_ms.p50).toBeGreaterThan(0);
    const written = await readFile(file("report.json"), "utf8");
    expect(JSON.parse(written)).toEqual(live);
    expect(await readFile(file("report.html"), "utf8")).toContain("acme-04");
  });

  test("replayed give the same scores and answers without a world", async () => {
    const replayed = await report(["--replay", file("recorded")]);
    expect(replayed.scores).toEqual(live.scores);
    expect(replayed.efficiency.first_look_ms).toBeNull();
    const causes = (of: typeof live) =>
      of.scenarios.map((row: { first_look: { causes: object[] } }) => row.first_look.causes);
    expect(causes(replayed)).toEqual(causes(live));
  });

  test("replayed with a model, its diagnosis is scored beside the first look", async () => {
    const model = await startScriptedModel({ script: "echo-first-look" });
    try {
      const replayed = await report(["--replay", file("recorded"), "--agent", "--price", "3,15"], {
        ANTHROPIC_BASE_URL: model.url,
      });
      expect(replayed.diagnosis_scores).toMatchObject({ top1: 1, n: 2 });
      expect(replayed.efficiency.cost_usd).toBeGreaterThan(0);
    } finally {
      await model.close();
    }
  });

  test("fail against a baseline that was better, and name what dropped", async () => {
    const same = await run(["--replay", file("recorded"), "--baseline", file("report.json")]);
    expect(same).toMatchObject({ code: 0, out: expect.stringMatching(/No score dropped/) });

    const recording = file("recorded/acme-01.seed-7.json");
    const kept = await readFile(recording, "utf8");
    await writeFile(recording, JSON.stringify({ ...JSON.parse(kept), calls: [] }));
    const worse = await run(["--replay", file("recorded"), "--baseline", file("report.json")]);
    await writeFile(recording, kept);
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/DROPPED top1: 1 → 0/);
    expect(worse.out).toMatch(/acme-01 seed 7: right → abstained/);
  });
});

test("with the stand-in the diagnosis is made but no accuracy is printed", async () => {
  const { diagnosis_scores, scenarios, notes, efficiency } = await report(["acme-04", "--agent"]);
  expect(diagnosis_scores).toBeNull();
  expect(scenarios[0].diagnosis).toMatchObject({ judgement: null });
  expect(notes.join(" ")).toMatch(/stand-in/);
  expect(efficiency.agent).toMatchObject({ runs: 1, failed: 0, model_calls: 3 });
  expect(efficiency.tokens).toBeGreaterThan(1_000);
}, 60_000);

test.each<[string[], number, RegExp]>([
  [["--help"], 0, /Usage: oncall eval/],
  [["acme-00000"], 2, /Did you mean acme-\d/],
  [["--seed", "x"], 2, /whole numbers/],
  [["--baseline", "package.json"], 2, /not a report/],
  [["--replay", "no-such-folder"], 2, /cannot be read/],
])("eval %j ends with %i", async (args, code, says) => {
  const { code: ended, out, err } = await run(args);
  expect(out + err).toMatch(says);
  expect(ended).toBe(code);
});
