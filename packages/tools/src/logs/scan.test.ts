import type { LogLine } from "@oncall/backends";
import { expect, test } from "vitest";
import { ownPatterns } from "./own-patterns.ts";
import { scanLines } from "./scan.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 3, 0, second)).toISOString();
const line = (second: number, message: string, level: LogLine["level"] = "error"): LogLine => ({
  at: at(second),
  level,
  message,
  pod: "p1",
});
const scan = (lines: LogLine[], linesBefore: LogLine[] = []) =>
  scanLines({
    lines,
    linesBefore,
    quietUntil: at(0),
    own: ownPatterns([
      {
        name: "PaymentDeclined",
        pattern: "payment declined",
        severity: "info",
        runbookUrl: "https://r.example",
      },
    ]),
  });

test("failures and own patterns: counts now and before, since when, new ones first", () => {
  const { matches, events, eventsBefore } = scan(
    [
      line(9, "payment declined order=ord-2", "info"),
      line(8, "write /data/2: no space left on device"),
      line(7, "write /data/1: no space left on device"),
      line(6, "dial tcp 10.0.0.1:80: connect: connection refused"),
      line(5, "all is well", "info"),
    ],
    [line(-60, "dial tcp 10.0.0.2:80: connect: connection refused"), line(-50, "payment declined", "info")],
  );
  expect(matches).toMatchObject([
    {
      name: "disk_full",
      code: "disk.full",
      own: false,
      severity: "critical",
      count: 2,
      before: 0,
      is_new: true,
      first_seen: at(7),
      last_seen: at(8),
      example: "write /data/2: no space left on device",
    },
    { name: "connection_refused", count: 1, before: 1, is_new: false },
    { name: "PaymentDeclined", code: null, own: true, count: 1, before: 1, runbook_url: "https://r.example" },
  ]);
  expect([events, eventsBefore]).toEqual([5, 2]);
});

test("statements that differ in their status alone are told apart", () => {
  const lines = [200, 503, 200, 503, 429].map((status, i) => line(i, `GET /pay status=${status} in ${i}ms`));
  expect(scan(lines).matches.map(({ name, count }) => [name, count])).toEqual([
    ["upstream_unavailable", 2],
    ["rate_limited", 1],
  ]);
});

test.each([
  ["a failure at the level of information", [line(1, "retrying after connection refused", "info")]],
  [
    "what is only ever reported so",
    [line(1, "server process (PID 7) was terminated by signal 9: Killed", "info")],
  ],
])("%s", (what, lines) => {
  expect(scan(lines).matches.map(({ name }) => name)).toEqual(what.startsWith("what") ? ["db_crashed"] : []);
});

test("a count of zero is not taken for the statement's usual", () => {
  const lines = [0, 3, 0, 5].map((lost, i) =>
    line(i, `batch ${i}: done with ${lost} timeouts, connection refused`),
  );
  expect(scan(lines).matches).toMatchObject([{ name: "connection_refused", count: 2 }]);
});

test("a hundred thousand lines are counted, every one", () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => line(i, `request ${i} failed: connection refused`));
  expect(scan(lines).matches).toMatchObject([{ name: "connection_refused", count: 100_000 }]);
});
