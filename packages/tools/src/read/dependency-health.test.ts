import type { Series } from "@oncall/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import type { DependencyHealth } from "../outputs/index.ts";
import {
  counter,
  gauge,
  type MetricsWorld,
  type MetricsWorldOptions,
  serviceYaml,
  startMetricsWorld,
} from "../testing/metrics-world.ts";

const MINUTE = 60_000;
const onset = new Date("2026-01-31T03:00:00.000Z");
const now = new Date("2026-01-31T03:20:00.000Z");
const begin = onset.getTime() - 300 * MINUTE;
const broken = (at: number): boolean => at >= onset.getTime();

let world: MetricsWorld | undefined;
afterEach(() => world?.close());

async function check(options: Partial<MetricsWorldOptions>, input: object = {}) {
  world = await startMetricsWorld({ series: [], services: [], now, ...options });
  const result = await world.registry.call(
    "check_dependency_health",
    { service: "shop", ...input },
    { onset },
  );
  const data = result.data as DependencyHealth;
  const row = (name: string) =>
    [...data.dependencies, ...(data.beneath ?? [])].find((one) => one.name === name);
  return { result, data, row };
}

const on = (...dependencies: [name: string, type: string, more?: string][]): string =>
  `dependencies:\n${dependencies.map(([name, type, more = ""]) => `  - { name: ${name}, type: ${type}${more} }`).join("\n")}\n`;

function requests(job: string, failing: (at: number) => number): Series[] {
  const count = (status: string, share: (at: number) => number) =>
    counter({ __name__: "http_requests_total", job, instance: "a", status }, begin, (at) => 10 * share(at));
  return [count("200", (at) => 1 - failing(at)), count("500", failing)];
}
const well = (job: string) => requests(job, () => 0.001);
const ill = (job: string, share = 0.2) => requests(job, (at) => (broken(at) ? share : 0.001));
const up = (name: string, job: string, instance: string, isUp: (at: number) => boolean) => [
  gauge({ __name__: name, job, instance }, (at) => Number(isUp(at))),
  gauge({ __name__: "up", job, instance }, () => 1),
];

describe("internal dependencies", () => {
  const services = [
    serviceYaml(
      "shop",
      on(["cart", "internal", ", critical: true"], ["search", "internal"], ["mail", "internal"]),
    ),
    serviceYaml("cart", on(["stock", "internal"], ["shop", "internal"])),
    serviceYaml("search", on(["index", "database"])),
    serviceYaml("stock", on(["stock-db", "database"], ["cart", "internal"])),
  ];
  const series = [
    ...ill("cart"),
    ...well("search"),
    ...ill("stock", 0.7),
    ...up("pg_up", "stock-db", "db:9187", (at) => !broken(at)),
  ];

  test("are looked beneath where they are unhealthy, to the bottom, once each", async () => {
    const { data, row } = await check({ services, series });
    expect(data.dependencies.map(({ name, state }) => [name, state])).toEqual([
      ["cart", "degraded"],
      ["mail", "unknown"],
      ["search", "healthy"],
    ]);
    expect(data.beneath?.map(({ name, via, depth, state }) => [name, via, depth, state])).toEqual([
      ["stock", "cart", 2, "down"],
      ["stock-db", "stock", 3, "down"],
    ]);
    for (const name of ["cart", "stock", "stock-db"]) {
      const minutes = (Date.parse(row(name)?.since ?? "") - onset.getTime()) / MINUTE;
      expect(Math.abs(minutes), name).toBeLessThanOrEqual(2);
    }
    expect(row("mail")?.facts).toEqual(['Prometheus has no request metrics of job "mail"']);
  });

  test("are left at that when asked so, and cost the same few queries whatever their number", async () => {
    const many = Array.from({ length: 20 }, (_, i) => `s-${i}`);
    const { data } = await check(
      {
        services: [serviceYaml("shop", on(...many.map((name) => [name, "internal"] as [string, string])))],
        series: many.flatMap((name, i) => (i === 7 ? ill(name) : well(name))),
      },
      { depth: 1 },
    );
    expect(data.dependencies).toMatchObject([
      { name: "s-7", state: "degraded" },
      ...Array(19).fill({ state: "healthy" }),
    ]);
    // To find, to read, and when it began.
    expect(world?.asked).toHaveLength(3);
    expect(data.beneath).toEqual([]);
  });

  test("jobs are literal in what is asked", async () => {
    const { row } = await check({
      services: [
        serviceYaml("shop", on(["dotted", "internal"], ["quoted", "internal"], ["plain", "internal"])),
        serviceYaml("dotted", 'observability: { prometheus_job: "a.b" }'),
        serviceYaml("quoted", `observability: { prometheus_job: 'x"} or vector(1) #' }`),
      ],
      series: [...well("axb"), ...well("plain")],
    });
    expect(row("dotted")?.state).toBe("unknown");
    expect(row("quoted")?.state).toBe("unknown");
    expect(row("plain")?.state).toBe("healthy");
  });
});

describe("databases, caches and queues", () => {
  const figure = (name: string, value: number | ((at: number) => number), job = "store", more = {}) =>
    gauge({ __name__: name, job, instance: "i:1", ...more }, (at) =>
      typeof value === "number" ? value : value(at),
    );
  const pg = up("pg_up", "store", "i:1", () => true);
  const redis = up("redis_up", "store", "i:1", () => true);

  test.each<[string, Series[], object]>([
    [
      "connections nearly all used",
      [
        ...pg,
        figure("pg_stat_activity_count", (at) => (broken(at) ? 96 : 40)),
        figure("pg_settings_max_connections", 100),
      ],
      { state: "degraded", facts: ["96 of 100 connections used, 40 80 minutes before", "pg_up is 1"] },
    ],
    [
      "a cache that is full does its work",
      [
        ...redis,
        figure("redis_memory_used_bytes", 99),
        figure("redis_memory_max_bytes", 100),
        figure("redis_evicted_keys_total", (at) => (broken(at) ? 500 : 100)),
      ],
      {
        state: "healthy",
        facts: ["redis_up is 1", expect.stringMatching(/^99 of 100 bytes/), "400 keys evicted since 02:00"],
      },
    ],
    [
      "connections rejected",
      [...redis, figure("redis_rejected_connections_total", (at) => (broken(at) ? 7 : 0))],
      { state: "degraded", facts: ["7 connections rejected since 02:00", "redis_up is 1"] },
    ],
    [
      "one of two instances gone",
      [...redis, ...up("redis_up", "store", "i:2", (at) => !broken(at))],
      {
        state: "degraded",
        since: "2026-01-31T03:00:00.000Z",
        facts: [expect.stringMatching(/0 on 1 of 2 instances since/)],
      },
    ],
    [
      "MySQL down",
      up("mysql_up", "store", "i:1", (at) => !broken(at)),
      { state: "down", since: "2026-01-31T03:00:00.000Z" },
    ],
    [
      "an exporter that is gone",
      [gauge({ __name__: "up", job: "store", instance: "i:1" }, (at) => Number(!broken(at)))],
      { state: "unknown", facts: [expect.stringMatching(/cannot scrape.*not known/)] },
    ],
    [
      "an exporter by its instance",
      up("mongodb_up", "mongodb-exporter", "store.internal:9216", () => true),
      { state: "healthy", facts: ["mongodb_up is 1"] },
    ],
    [
      "a broker that blocks publishers",
      [...up("rabbitmq_up", "store", "i:1", () => true), figure("rabbitmq_alarms_memory_used_watermark", 1)],
      { state: "degraded", facts: [expect.stringMatching(/^1 memory alarms/), "rabbitmq_up is 1"] },
    ],
    ["nothing", [], { state: "unknown", facts: [expect.stringMatching(/give its exporter that job name/)] }],
  ])("%s", async (_, series, expected) => {
    const { row } = await check({ series, services: [serviceYaml("shop", on(["store", "database"]))] });
    expect(row("store")).toMatchObject(expected);
  });

  test("a queue that grows: since when, and whose", async () => {
    const lag = (topic: string, consumergroup: string, value: (at: number) => number) =>
      figure("kafka_consumergroup_lag", value, "events", { topic, consumergroup });
    const { row } = await check({
      services: [serviceYaml("shop", on(["events", "queue"]))],
      series: [
        gauge({ __name__: "up", job: "events", instance: "i:1" }, () => 1),
        lag("orders", "mailer", (at) => 20 + Math.max(0, (at - onset.getTime()) / 100)),
        lag("orders", "billing", () => 3),
      ],
    });
    expect(row("events")).toMatchObject({
      state: "degraded",
      facts: [
        "kafka_consumergroup_lag is 12023, 23 80 minutes before",
        "longest: mailer on orders: 12020, billing on orders: 3",
        expect.stringContaining("scraped"),
      ],
    });
    expect(Math.abs(Date.parse(row("events")?.since ?? "") - onset.getTime())).toBeLessThanOrEqual(
      2 * MINUTE,
    );
  });
});

describe("external dependencies", () => {
  const pay = (path: string) =>
    serviceYaml("shop", on(["pay", "external", `, health_endpoint: "ORIGIN${path}"`]));
  const bad = { status: { indicator: "major", description: "Partial System Outage" } };
  const details = {
    ...bad,
    components: [
      { name: "API", status: "partial_outage" },
      { name: "Dashboard", status: "operational" },
    ],
    incidents: [{ name: "Elevated errors", status: "investigating", started_at: "2026-01-31T02:58:00Z" }],
  };

  test.each<[string, string, Record<string, unknown>, object]>([
    [
      "a Statuspage that is well",
      "/api/v2/status.json",
      { "/api/v2/status.json": { status: { indicator: "none" } } },
      { state: "healthy", since: null },
    ],
    [
      "a Statuspage tells components and since when",
      "/api/v2/status.json",
      { "/api/v2/status.json": bad, "/api/v2/summary.json": details },
      {
        state: "degraded",
        since: "2026-01-31T02:58:00.000Z",
        facts: [
          expect.stringMatching(/Partial System Outage/),
          "API is partial outage",
          'incident "Elevated errors" (investigating)',
        ],
      },
    ],
    [
      "without a summary what it says stands",
      "/api/v2/status.json",
      { "/api/v2/status.json": bad },
      { state: "degraded", since: null },
    ],
    ["a plain health URL", "/health", { "/health": { status: "DOWN" } }, { state: "down" }],
    [
      "a page that is not there",
      "/nope",
      {},
      { state: "unknown", facts: [expect.stringMatching(/HTTP 404/)] },
    ],
  ])("%s", async (_, path, pages, expected) => {
    const { row } = await check({ services: [pay(path)], pages });
    expect(row("pay")).toMatchObject(expected);
  });
});

test("when Prometheus fails, only what it was asked about is unknown, with the reason", async () => {
  const { row, result } = await check({
    failWith: 500,
    services: [
      serviceYaml(
        "shop",
        on(
          ["cart", "internal"],
          ["db", "database"],
          ["pay", "external", ', health_endpoint: "ORIGIN/ok"'],
          ["mail", "aws", ", aws_hosted: true, aws_service: ses, aws_region: eu-west-1"],
        ),
      ),
    ],
    pages: { "/ok": { status: "up" } },
  });
  expect(result.state).toBe("ok");
  expect(row("pay")?.state).toBe("healthy");
  for (const name of ["cart", "db"]) {
    expect(row(name)).toMatchObject({ state: "unknown", facts: [expect.stringMatching(/Prometheus/)] });
  }
  expect(row("mail")?.facts.join(" ")).toMatch(/AWS Health is not configured/);
});
