import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { AppError } from "@oncall/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { configVariables, renderEnvExample, renderEnvTable } from "./config-document.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "oncall-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): string {
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, text);
  return file;
}

function problems(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof AppError && error.kind === "invalid_input") {
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    }
    throw error;
  }
  return [];
}

test("nothing set is a working configuration", () => {
  expect(loadConfig({ env: {} })).toEqual({
    http: { host: "127.0.0.1", port: 3000, publicUrl: "http://localhost:3000" },
    log: { level: "info" },
    database: { dataDir: ".oncall" },
    queue: { prefix: "oncall" },
    worker: { concurrency: 8, firstLookBudgetMs: 2_000 },
    model: {
      model: "claude-opus-5-5",
      small: "claude-haiku-5-5",
      specialist: "claude-sonnet-5-5",
      prices: {},
      windowTokens: 200_000,
      retryPauseMs: 30_000,
    },
    agent: {
      limits: { maxTurns: 12, wallMs: 180_000, maxInputTokensTotal: 300_000 },
      budgets: { investigation: 1, service: 20, team: 50, day: 100 },
    },
    github: { apiUrl: "https://api.github.com" },
    backends: { handlerUrlAllow: [] },
  });
});

test("another endpoint serves the model it is given in every role; amounts and prices are read", () => {
  const { agent, model } = loadConfig({
    env: {
      ANTHROPIC_BASE_URL: "https://gateway.example",
      ANTHROPIC_MODEL: "our-model",
      MODEL_PRICES: "our-model=3/15/0.3/3.75; a/b=1/5/0.1/1.25",
      AGENT_MAX_USD: "0.25",
    },
  });
  expect(model).toMatchObject({ small: "our-model", specialist: "our-model" });
  expect(model.prices).toEqual({
    "our-model": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    "a/b": { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  });
  expect(agent.budgets.investigation).toBe(0.25);
  expect(() => loadConfig({ env: { MODEL_PRICES: "our-model=3", AGENT_MAX_USD: "a lot" } })).toThrow(
    /AGENT_MAX_USD: "a lot" is not an amount such as 2.50[\s\S]*|MODEL_PRICES: "our-model=3" is not a list/,
  );
});

test("an empty value is an unset one", () => {
  expect(loadConfig({ env: { PORT: "", SLACK_BOT_TOKEN: "  " } })).toEqual(loadConfig({ env: {} }));
});

test("values come out parsed, in the slice of whom they concern", () => {
  const config = loadConfig({
    env: {
      PORT: "4001",
      HANDLER_URL_ALLOW: ".Internal.example, http://127.0.0.1:4000",
      PROMETHEUS_URL: "http://127.0.0.1:9090/",
      SLACK_BOT_TOKEN: "xoxb-1",
      SLACK_SIGNING_SECRET: "shh",
      SLACK_API_URL: "http://127.0.0.1:4002/api",
      KUBECONFIG: "/etc/kube",
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "shh",
    },
  });
  expect(config.http).toMatchObject({ port: 4001, publicUrl: "http://localhost:4001" });
  expect(config.backends).toMatchObject({
    handlerUrlAllow: [".internal.example", "http://127.0.0.1:4000"],
    prometheus: { url: "http://127.0.0.1:9090" },
    kubernetes: { kubeconfig: "/etc/kube" },
    awsHealth: { accessKeyId: "AKIAEXAMPLE" },
  });
  expect(config.slack?.apiUrl).toBe("http://127.0.0.1:4002/api/");
  expect(config.slack?.botToken.reveal()).toBe("xoxb-1");
});

test("flags override the environment, the environment overrides the file", () => {
  const file = yaml(
    "http:\n  port: 1\n  host: 0.0.0.0\nlog:\n  level: debug\nresources:\n  handler_url_allow: [.a.example, .b.example]\n",
  );
  const config = loadConfig({ env: { PORT: "2", LOG_LEVEL: "warn" }, file, flags: { PORT: "3" } });
  expect(config.http).toMatchObject({ port: 3, host: "0.0.0.0" });
  expect(config.log.level).toBe("warn");
  expect(config.backends.handlerUrlAllow).toEqual([".a.example", ".b.example"]);
});

test("every problem is reported at once, and no secret with it", () => {
  const found = problems(() =>
    loadConfig({
      env: {
        PORT: "many",
        REDIS_URL: "http://hunter2@redis",
        FIRST_LOOK_BUDGET_MS: "9000",
        SLACK_BOT_TOKEN: "xoxb-1",
      },
      file: yaml("slack:\n  bot_tokn: x\nprometeus:\n  url: http://p\n"),
    }),
  );
  expect(found).toEqual([
    expect.stringContaining('unknown key "slack.bot_tokn"; did you mean "bot_token"?'),
    expect.stringContaining('unknown section "prometeus"; did you mean "prometheus"?'),
    'PORT: "many" is not a whole number from 0 to 65535.',
    "REDIS_URL: its value is not a URL such as redis://redis.example:6379.",
    'FIRST_LOOK_BUDGET_MS: "9000" is not a whole number from 100 to 5000.',
    expect.stringMatching(/^SLACK_BOT_TOKEN: .*SLACK_SIGNING_SECRET/),
  ]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a port beyond the last", { PORT: "65536" }, /^PORT/],
  ["a negative number", { WORKER_CONCURRENCY: "-1" }, /^WORKER_CONCURRENCY/],
  ["a level that is none", { LOG_LEVEL: "loud" }, /one of trace, debug/],
  ["a URL without scheme", { PROMETHEUS_URL: "prometheus:9090" }, /^PROMETHEUS_URL/],
  ["a URL with credentials", { OPENSEARCH_URL: "https://u:p@logs" }, /without credentials/],
  ["a URL with an impossible port", { GRAFANA_URL: "http://grafana:99999" }, /^GRAFANA_URL/],
  ["an allowed URL with a path", { HANDLER_URL_ALLOW: "https://a.example/api" }, /^HANDLER_URL_ALLOW/],
  ["an allowed host without its dot", { HANDLER_URL_ALLOW: "internal.example" }, /^HANDLER_URL_ALLOW/],
  ["a token too short to guard", { ONCALL_TOKEN: "short" }, /^ONCALL_TOKEN: its value is not/],
  ["a signing secret alone", { SLACK_SIGNING_SECRET: "x" }, /SLACK_BOT_TOKEN/],
  ["a cluster's token without its API", { KUBERNETES_TOKEN: "x" }, /KUBERNETES_API_URL/],
  [
    "a user without password",
    { OPENSEARCH_URL: "http://l", OPENSEARCH_USERNAME: "u" },
    /OPENSEARCH_PASSWORD/,
  ],
])("refuses %s", (_name, env, said) => {
  const found = problems(() => loadConfig({ env }));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(said);
});

describe("a config.yaml", () => {
  test.each<[string, string, RegExp]>([
    ["that is not YAML", "http: [", /cannot be read/],
    ["that is a list", "- http", /must hold sections/],
    ["with a section that is a text", "http: 3000", /section "http"/],
    ["with a value that is a mapping", "http:\n  port: {a: 1}", /"http.port" is not a whole number/],
  ])("%s is refused", (_name, text, said) => {
    expect(problems(() => loadConfig({ env: {}, file: yaml(text) }))).toEqual([expect.stringMatching(said)]);
  });

  test("that is missing is a problem, an empty one is not", () => {
    expect(problems(() => loadConfig({ env: {}, file: path.join(folder, "none.yaml") }))).toHaveLength(1);
    expect(problems(() => loadConfig({ env: {}, file: yaml("") }))).toEqual([]);
  });
});

test("secrets print as [redacted] wherever they end up", () => {
  const config = loadConfig({
    env: { DATABASE_URL: "postgres://u:hunter2@db/x", ONCALL_TOKEN: "hunter2hunter2" },
  });
  const shown = [
    JSON.stringify(config),
    inspect(config, { depth: 9 }),
    `${config.token}`,
    String(config.database.url),
  ];
  for (const text of shown) {
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hunter2");
  }
});

describe("the documents", () => {
  test(".env.example as it is written is a valid configuration, all defaults", () => {
    const env = Object.fromEntries(
      renderEnvExample()
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    expect(Object.keys(env)).toEqual(configVariables.map(({ name }) => name));
    expect(loadConfig({ env })).toEqual(loadConfig({ env: {} }));
  });

  test("the table has a row for every variable", () => {
    const rows = renderEnvTable()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows).toHaveLength(configVariables.length);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  });
});
