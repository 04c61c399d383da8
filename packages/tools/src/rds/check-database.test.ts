import { expect, test } from "vitest";
import { reportText } from "../kubernetes/checks/index.ts";
import { checkDatabase } from "./check-database.ts";
import { readAws } from "./read-aws.ts";

const START = Date.parse("2026-11-20T10:00:00Z");
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();

/** As `aws cloudwatch get-metric-data` prints it, a point a minute. */
function metrics(series: Readonly<Record<string, readonly number[]>>) {
  return {
    MetricDataResults: Object.entries(series).map(([Label, Values]) => ({
      Label,
      Timestamps: Values.map((_, minute) => at(minute)),
      Values,
    })),
  };
}

function events(...told: readonly (readonly [minute: number, instance: string, message: string])[]) {
  return {
    Events: told.map(([minute, SourceIdentifier, Message]) => ({
      Date: at(minute),
      SourceIdentifier,
      Message,
    })),
  };
}

/** As `aws pi describe-dimension-keys` prints it, partitioned by wait event. */
function statements(
  Identifier: string,
  ...told: readonly (readonly [string, Readonly<Record<string, number>>])[]
) {
  const waits = [...new Set(told.flatMap(([, shares]) => Object.keys(shares)))];
  const total = (shares: Readonly<Record<string, number>>) =>
    Object.values(shares).reduce((sum, sessions) => sum + sessions, 0);
  return [
    {
      Identifier,
      PartitionKeys: waits.map((name) => ({ Dimensions: { "db.wait_event.name": name } })),
      Keys: told.map(([sql, shares]) => ({
        Dimensions: { "db.sql_tokenized.statement": sql },
        Total: total(shares),
        Partitions: waits.map((name) => shares[name] ?? 0),
      })),
    },
    {
      Identifier,
      Keys: waits.map((name) => ({
        Dimensions: { "db.wait_event.name": name },
        Total: told.reduce((sum, [, shares]) => sum + (shares[name] ?? 0), 0),
      })),
    },
  ];
}

const check = (...documents: readonly unknown[]) => checkDatabase(readAws(documents.flat()).facts);
const steady = {
  "CPUUtilization shop": [12, 14, 13, 12, 15],
  "DatabaseConnections shop": [90, 95, 91, 92, 90],
};

test.each([
  ["steady", metrics(steady)],
  ["a peak that is over", metrics({ ...steady, "CPUUtilization shop": [12, 97, 96, 20, 14, 13] })],
  ["a disk that was enlarged", metrics({ "FreeStorageSpace shop": [2e9, 1e8, 1e8, 5e10, 5e10, 5e10] })],
  [
    "many connections, far from the limit",
    [
      metrics({ "DatabaseConnections shop": [200, 380, 390, 395] }),
      events([1, "shop", "Current connections: 380 of 5000."]),
    ],
  ],
  [
    "a failover that was over before",
    [
      metrics(steady),
      events([-300, "shop", "Multi-AZ failover started."], [-298, "shop", "Multi-AZ failover completed."]),
    ],
  ],
  [
    "an announced maintenance",
    [
      metrics(steady),
      events([1, "shop", "DB instance will undergo scheduled maintenance in the next maintenance window."]),
    ],
  ],
  [
    "heavy statements of an instance that copes",
    [metrics(steady), statements("shop", ["SELECT 1", { CPU: 30 }])],
  ],
])("%s: no failure", (_, documents) => {
  expect(check(documents).findings).toEqual([]);
});

test("what is normal is said with its bounds, and what was over before it too", () => {
  const report = check(
    metrics(steady),
    events([-300, "shop", "Multi-AZ failover started."], [-298, "shop", "Multi-AZ failover completed."]),
  );
  expect(reportText(report)).toEqual([
    "No failure found; all that was looked at is normal.",
    "",
    "well: DBInstance shop is within normal bounds: CPU 12 % to 15 %, connections 90 to 95.",
    "well: DBInstance shop failed over at 2026-11-20 05:00 UTC, over by 2026-11-20 05:02 UTC: before what was measured, so not the cause.",
  ]);
});

test("connections at the limit, held by sessions that do nothing", () => {
  const { findings } = check(
    metrics({ "DatabaseConnections shop": [310, 420, 480, 490, 495] }),
    events([3, "shop", "Current connections: 480 of 500."]),
    statements("shop", ["BEGIN; SELECT 1", { "Client:ClientRead": 6, CPU: 0.4 }]),
  );
  expect(findings).toMatchObject([{ code: "db.too_many_connections", severity: "critical", since: at(2) }]);
  expect(findings[0]?.summary).toContain("495 of 500 connections (max_connections) are in use");
  expect(findings[0]?.summary).toContain("idle client sessions");
});

test("a replica behind a primary that writes more than it can replay; the reader beside it is not the cause", () => {
  const report = check(
    metrics({
      "ReplicaLag shop-replica-1": [2, 40, 200, 400, 700],
      "TransactionLogsGeneration shop": [4e6, 9e7, 1.8e8, 1.9e8, 1.9e8],
      "CPUUtilization shop": [20, 50, 70, 72, 71],
    }),
    statements(
      "shop",
      ["INSERT INTO report SELECT * FROM staging", { "WAL:Lock": 4, CPU: 0.5 }],
      ["SELECT count(*) FROM sales", { CPU: 1.6 }],
    ),
  );
  expect(report.findings).toMatchObject([
    { code: "db.replication", subject: { name: "shop-replica-1" }, since: at(2) },
  ]);
  expect(report.findings[0]?.summary).toContain("WAL generation from 4 MB/s to 190 MB/s");
  expect(report.findings[0]?.summary).toContain(
    '"SELECT count(*) FROM sales" (1.6 sessions: CPU 1.6) only reads',
  );
  expect(report.well).toEqual([]);
});

test("a replica whose lag only RDS reports, and that caught up later", () => {
  const behind = [
    2,
    "shop-replica-1",
    "Replication lag on shop-replica-1 has exceeded 900 seconds.",
  ] as const;
  const primary = metrics({ "WriteIOPS shop": [400, 420, 410, 405] });
  const { findings } = check(primary, events(behind));
  expect(findings[0]?.summary).toContain("CloudWatch holds no ReplicaLag for it.");
  expect(findings[0]?.summary).toContain("writes no more than before");
  expect(
    check(primary, events(behind, [5, "shop-replica-1", "Replication has resumed on shop-replica-1."]))
      .findings,
  ).toEqual([]);
});

test("a full disk explains the sessions that wait for each other", () => {
  const { findings } = check(
    metrics({
      "WriteIOPS shop": [1800, 1700, 0, 0, 0],
      "WriteLatency shop": [0.001, 0.001, 30, 34, 34],
    }),
    events([2, "shop", "DB instance ran out of storage space."]),
    statements("shop", ["INSERT INTO orders VALUES ($1)", { "Lock:relation": 7 }]),
  );
  expect(findings.map(({ code }) => code)).toEqual(["disk.full"]);
  expect(findings[0]?.summary).toContain("Writes have stopped: WriteIOPS fell from 1,800 to 0");
});

test("a CPU that queries use up, and one that is the effect of a slow disk", () => {
  const cpu = { "CPUUtilization shop": [20, 90, 93, 95, 94] };
  const busy = check(metrics(cpu), statements("shop", ["SELECT * FROM orders", { "CPU:user": 6, IO: 1 }]));
  expect(busy.findings.map(({ code }) => code)).toEqual(["db.cpu_saturated"]);
  expect(busy.findings[0]?.summary).toContain('"SELECT * FROM orders" (7 sessions: CPU:user 6, IO 1)');
  const waiting = check(
    metrics({ ...cpu, "DiskQueueDepth shop": [0.1, 20, 30, 40, 44] }),
    statements("shop", ["autovacuum: VACUUM public.events", { "LWLock:BufferMapping": 4, CPU: 0.2 }]),
  );
  expect(waiting.findings.map(({ code }) => code)).toEqual(["db.io_saturated"]);
  expect(waiting.findings[0]?.summary).toContain("is its effect");
});

test("a failover in the time that was measured", () => {
  const started = [1, "shop", "Multi-AZ instance failover started."] as const;
  expect(check(metrics(steady), events(started)).findings).toMatchObject([
    { code: "db.failover", severity: "critical" },
  ]);
  expect(
    check(metrics(steady), events(started, [2, "shop", "Multi-AZ instance failover completed."])).findings,
  ).toMatchObject([{ code: "db.failover", severity: "warning" }]);
});

test("answers that name no instance, other statistics, points out of order, and what is no answer", () => {
  const { facts, notes } = readAws([
    { Events: [{ Date: at(0), SourceIdentifier: "shop", Message: "Backup finished" }] },
    {
      Label: "WriteLatency",
      Datapoints: [
        { Timestamp: at(1), Maximum: 4, Unit: "Milliseconds" },
        { Timestamp: at(0), Maximum: 2, Unit: "Milliseconds" },
        { Timestamp: at(2), Unit: "Milliseconds" },
      ],
    },
    { Label: "NotOfRds", Datapoints: [{ Timestamp: at(1), Average: 1 }] },
    { hello: "world" },
    null,
  ]);
  expect(facts.series).toEqual([
    {
      metric: "WriteLatency",
      instance: "shop",
      samples: [
        [START, 0.002],
        [START + 60_000, 0.004],
      ],
    },
  ]);
  expect(notes).toEqual([
    "2 of 5 inputs are no answer of CloudWatch, RDS or Performance Insights and were not read.",
  ]);
  expect(checkDatabase(facts).findings).toEqual([]);
});
