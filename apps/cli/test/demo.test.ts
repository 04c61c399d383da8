import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const oncall = fileURLToPath(new URL("../bin/oncall.js", import.meta.url));

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const { DATABASE_URL, REDIS_URL, PATH } = process.env;
  const stores = { ...(DATABASE_URL ? { DATABASE_URL } : {}), ...(REDIS_URL ? { REDIS_URL } : {}) };
  const child = spawn(process.execPath, [oncall, ...args], {
    env: { PATH: PATH ?? "", ...stores, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, out, err })));
}

async function demo(scenario: string, ...more: string[]) {
  const { code, out, err } = await run(["demo", "--once", "--json", "--scenario", scenario, ...more]);
  expect(code, err).toBe(0);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "");
}

test.each([
  ["acme-01", "order-service", "db.pool_exhausted", "get_recent_deploys"],
  ["acme-02", "postgres-orders", "aws.outage", "check_aws_health"],
  ["acme-03", "payment-service", "k8s.oom_killed", "get_pod_status"],
])("%s: %s, %s, from %s among others", async (scenario, service, code, tool) => {
  const { first_look, evidence, thread, diagnosis } = await demo(scenario);
  const [cause] = first_look.causes;
  expect(cause).toMatchObject({ service, code });
  expect(cause.evidence.map((id: string) => evidence[id]?.tool)).toContain(tool);
  expect(first_look.ms).toBeGreaterThan(0);
  expect(diagnosis).toBeNull();
  expect(thread).toHaveLength(2);
});

test("acme-04: nothing is wrong, and what was checked is said", async () => {
  const { first_look, thread } = await demo("acme-04");
  expect(first_look.causes).toEqual([]);
  expect(thread[1].text).toMatch(/nothing is wrong/i);
  expect(thread[1].text).toMatch(/Checked and well/);
});

test("another seed is another company with the same truth", async () => {
  const { first_look } = await demo("acme-01", "--seed", "11");
  expect(first_look.causes[0]).toMatchObject({ service: "order-service", code: "db.pool_exhausted" });
});

test("with a scripted model the diagnosis is in the JSON, each citation on evidence that exists", async () => {
  const { diagnosis, evidence } = await demo("acme-01", "--scripted-model");
  const cited = diagnosis.root_causes.flatMap(
    (cause: { citations: { evidence: string; verified: boolean }[] }) => cause.citations,
  );
  expect(cited.length).toBeGreaterThan(0);
  for (const { evidence: id, verified } of cited) expect([id in evidence, verified]).toEqual([true, true]);
});

test.each<[string[], number, RegExp]>([
  [["demo", "--list"], 0, /^acme-01 {2}\S/m],
  [["demo", "--scenario", "acme-1"], 2, /did you mean acme-\d\d/],
  [["demo", "--seed", "x"], 2, /whole number/],
  [["demo", "--nonsense"], 2, /nonsense/],
  [["nonsense"], 2, /Usage/],
  [["help"], 0, /oncall demo/],
  [["tool", "call"], 2, /Usage/],
  [["catalog", "lint"], 2, /Usage/],
  [["catalog", "lint", "package.json"], 1, /name/],
])("oncall %j ends with %i", async (args, code, says) => {
  const { code: ended, out, err } = await run(args);
  expect(ended).toBe(code);
  expect(out + err).toMatch(says);
});

test.each<[string[], RegExp]>([
  [["worker", "--port", "99999"], /PORT/],
  [["api", "--prot", "1"], /--prot/],
])("flags are settings too: oncall %j", async (args, says) => {
  const { code, err } = await run(args);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test("a configuration with several mistakes is refused with all of them", async () => {
  const { code, err } = await run(["api"], {
    PORT: "99999",
    SLACK_BOT_TOKEN: "xoxb-1",
    PROMETHEUS_URL: "nonsense",
  });
  expect(code).toBe(2);
  for (const name of ["PORT", "SLACK_SIGNING_SECRET", "PROMETHEUS_URL"]) expect(err).toContain(name);
});
