import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type RealServer, startRealServer } from "../real-server.fixture.ts";
import { createPrometheus } from "./client.ts";
import { escapeRegex, type Matcher, selector } from "./promql.ts";

const STEP_SECONDS = 15;
const HISTORY_SECONDS = 24 * 3_600;
// A whole minute in the past, so that windows fall on samples.
const end = Math.floor(Date.now() / 60_000) * 60;
const at = new Date(end * 1_000);
const since = (seconds: number) => ({
  from: new Date((end - seconds) * 1_000).toISOString(),
  to: at.toISOString(),
});
const hostile = 'a"} or vector(1)\n\\{}';
const signal = new AbortController().signal;
const http = createHttp({ retries: 0 });
let real: RealServer;

/** A day of history: 10 requests a second, 5 % of them failing in the last hour; a gap; odd values and names. */
function openMetrics(): string {
  const lines: string[] = ["# TYPE http_requests counter"];
  const each = (line: (t: number, i: number) => string | undefined) => {
    for (let i = 0; i * STEP_SECONDS <= HISTORY_SECONDS; i++) {
      const t = end - HISTORY_SECONDS + i * STEP_SECONDS;
      const text = line(t, i);
      if (text !== undefined) lines.push(`${text} ${t}`);
    }
  };
  each((_, i) => `http_requests_total{job="order-service",status="200"} ${i * 150}`);
  each(
    (t) => `http_requests_total{job="order-service",status="500"} ${Math.max(0, t - (end - 3_600)) * 0.5}`,
  );
  lines.push("# TYPE queue_depth gauge");
  each((t) => (t > end - 1_800 && t < end - 900 ? undefined : "queue_depth 6"));
  lines.push("# TYPE odd gauge");
  each((t) => (t > end - 120 ? 'odd{kind="nan"} NaN' : undefined));
  each((t) => (t > end - 120 ? 'odd{kind="inf"} +Inf' : undefined));
  each((t) => (t > end - 120 ? 'odd{kind="neginf"} -Inf' : undefined));
  lines.push("# TYPE named gauge");
  const quoted = hostile.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
  each((t) => (t > end - 120 ? `named{service="${quoted}"} 1` : undefined));
  each((t) => (t > end - 120 ? 'named{service="other"} 2' : undefined));
  return `${lines.join("\n")}\n# EOF\n`;
}

beforeAll(async () => {
  real = await startRealServer({
    command: "prometheus",
    aptPackage: "prometheus",
    async prepare(folder) {
      await writeFile(join(folder, "history.om"), openMetrics());
      await writeFile(join(folder, "prometheus.yml"), "global: {}\n");
      const backfill = [
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        join(folder, "history.om"),
        join(folder, "data"),
      ];
      await promisify(execFile)("promtool", backfill, { timeout: 60_000 });
    },
    args: (address, folder) => [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=10y",
      `--web.listen-address=${address}`,
    ],
  });
}, 90_000);
afterAll(async () => {
  await http.close();
  await real?.stop();
});

const prometheus = () => createPrometheus({ url: real.url, http });

describe("instant", () => {
  test("rates, now and a day's last quiet hour", async () => {
    const ratio = (offset: string) =>
      `sum(rate(http_requests_total{status=~"5.."}[5m] ${offset})) / sum(rate(http_requests_total[5m] ${offset}))`;
    const [now] = await prometheus().instant(ratio(""), at, signal);
    const [before] = await prometheus().instant(ratio("offset 2h"), at, signal);
    expect(now?.value).toBeCloseTo(0.5 / 10.5, 6);
    expect(before?.value).toBe(0);
  });

  test.each([
    ["NaN and infinities", "sort_desc(odd)", [Infinity, -Infinity, Number.NaN]],
    ["a scalar", "scalar(queue_depth)", [6]],
    ["nothing", "no_such_metric", []],
  ])("%s", async (_, query, values) => {
    const samples = await prometheus().instant(query, at, signal);
    expect(samples.map(({ value }) => value).sort()).toEqual([...values].sort());
  });

  test.each<[string, Matcher]>([
    ["equal", hostile],
    ["different", { not: "other" }],
    ["matching", { matches: escapeRegex(hostile) }],
    ["not matching", { notMatches: "oth.*" }],
  ])("labels whose values hold quotes, braces and newlines: %s", async (_, service) => {
    const samples = await prometheus().instant(selector("named", { service }), at, signal);
    expect(samples.map(({ labels }) => labels.service)).toEqual([hostile]);
  });
});

describe("range", () => {
  test("a counter's whole day and a gauge's gap", async () => {
    const [series] = await prometheus().range(
      'sum(rate(http_requests_total{status="200"}[5m]))',
      since(HISTORY_SECONDS - 600),
      60,
      signal,
    );
    expect(series?.values.length).toBeGreaterThan(1_400);
    expect(series?.values.every(([, value]) => Math.abs(value - 10) < 1e-6)).toBe(true);
    const [gauge] = await prometheus().range("queue_depth", since(3_600), 15, signal);
    const times = gauge?.values.map(([t]) => t) ?? [];
    const largest = Math.max(...times.slice(1).map((t, i) => t - (times[i] ?? t)));
    // Prometheus looks back 5 minutes for a sample.
    expect(largest).toBeGreaterThan(900 - 330);
  });
});

test.each([
  ["a parse error", (p: ReturnType<typeof prometheus>) => p.instant("sum(", at, signal), /parse error/],
  [
    "a range vector",
    (p: ReturnType<typeof prometheus>) => p.instant("queue_depth[5m]", at, signal),
    /rate\(\)/,
  ],
  [
    "too many points",
    (p: ReturnType<typeof prometheus>) => p.range("queue_depth", since(HISTORY_SECONDS), 1, signal),
    /11,000 points/,
  ],
  [
    "many on both sides",
    (p: ReturnType<typeof prometheus>) => p.instant("named * on() named", at, signal),
    /many-to-many|duplicate series/,
  ],
])("%s is the asker's mistake", async (_, ask, says) => {
  await expect(ask(prometheus())).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringMatching(says),
  });
});
