import type { LogLine } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import { patternsOf } from "./patterns.ts";
import { rootException } from "./root-exception.ts";
import { templateOf } from "./template.ts";
import { statements } from "./varied-lines.fixture.ts";

test.each([
  ["GET /orders/42 took 13ms", "GET /orders/<n> took <n>ms"],
  ["order ord-7 for anna@shop.example from 10.0.0.1:443", "order ord-<n> for <email> from <ip>"],
  ["trace 4bf92f3577b34da6a3ce929d0e0e4736 at 2026-01-31T03:00:00.123Z", "trace <hex> at <time>"],
  ["job 123e4567-e89b-12d3-a456-426614174000 done\n  more", "job <uuid> done"],
  ["feedface decade", "feedface decade"],
  ["GET /a?user=anna&x=1 took 3ms", "GET /a?<query> took <n>ms"],
  ["pod order-service-7d9f8b6c5d-x2k4q gone", "pod order-service-<pod> gone"],
  ['"GET / HTTP/1.1" 503 12', '"GET / HTTP/<n>" 503 <n>'],
  ["status=404 code: 200 line 404", "status=404 code: 200 line <n>"],
  ["", ""],
])("template of %j", (line, expected) => {
  expect(templateOf(line)).toBe(expected);
});

test.each([
  [
    "java",
    "org.acme.OrderException: cannot place\n\tat org.acme.A.b(A.java:1)\nCaused by: java.net.ConnectException: Connection refused\n\t... 3 more",
    "java.net.ConnectException: Connection refused",
  ],
  [
    "java, one level",
    "java.sql.SQLException: closed\n\tat org.acme.A.b(A.java:1)",
    "java.sql.SQLException: closed",
  ],
  [
    "python",
    'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\npsycopg2.OperationalError: timeout expired',
    "psycopg2.OperationalError: timeout expired",
  ],
  [
    "go",
    "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()",
    "panic: assignment to entry in nil map",
  ],
  ["node", "TypeError: x is not a function\n    at next (/app/a.js:1:2)", "TypeError: x is not a function"],
  [
    "node with a cause",
    "Error: checkout failed\n    at f (/app/a.js:1:2) {\n  [cause]: Error: connect ECONNREFUSED 10.0.0.1:5432\n}",
    "Error: connect ECONNREFUSED 10.0.0.1:5432",
  ],
  [
    "dotnet",
    "System.Exception: outer\n ---> System.TimeoutException: slow\n   at A.B()\n   --- End of inner exception stack trace ---",
    "System.TimeoutException: slow",
  ],
  ["rust", "thread 'main' panicked at src/main.rs:4:5:\nno such order", "panic: no such order"],
  ["no trace", "waited 300ms for a connection", null],
])("root exception of %s", (_, trace, expected) => {
  expect(rootException(trace)).toBe(expected);
});

describe("patternsOf", () => {
  const line = (second: number, message: string, level: LogLine["level"] = "error", pod = "p1"): LogLine => ({
    at: new Date(Date.UTC(2026, 0, 31, 3, 0, second)).toISOString(),
    level,
    message,
    pod,
  });
  const quietUntil = line(0, "").at;
  const nameOf = (): null => null;

  test("new ones first, then surging, then by level; counts and times", () => {
    const lines = [
      line(9, "slow 7", "warn"),
      line(8, "odd 1"),
      line(7, "odd 2"),
      line(6, "usual 1"),
      line(5, "usual 2"),
    ];
    const linesBefore = [line(-50, "usual 5"), line(-40, "usual 6")];
    expect(patternsOf({ lines, linesBefore, quietUntil, nameOf })).toMatchObject([
      {
        template: "odd <n>",
        count: 2,
        before: 0,
        is_new: true,
        first_seen: line(7, "").at,
        last_seen: line(8, "").at,
      },
      { template: "slow <n>", level: "warn", is_new: true },
      { template: "usual <n>", count: 2, before: 2, is_new: false },
    ]);
  });

  test("what was logged in the window but before the trouble is not new", () => {
    expect(
      patternsOf({ lines: [line(-5, "old"), line(5, "old")], linesBefore: [], quietUntil, nameOf }),
    ).toMatchObject([{ count: 2, before: 0, is_new: false }]);
  });

  test("a stack trace that was shipped line by line is one event, between those of other pods", () => {
    const lines = [
      line(1, "java.lang.IllegalStateException: no"),
      line(1, "hello", "info", "p2"),
      line(1, "\tat org.acme.A.b(A.java:1)"),
      line(1, "Caused by: java.lang.OutOfMemoryError: Java heap space"),
      line(1, "\t... 3 more"),
    ].reverse();
    expect(patternsOf({ lines, linesBefore: [], quietUntil, nameOf })).toMatchObject([
      {
        template: "java.lang.IllegalStateException: no",
        count: 1,
        root_exception: "java.lang.OutOfMemoryError: Java heap space",
        known_as: "app.out_of_memory",
      },
      { template: "hello", count: 1, known_as: null },
    ]);
  });

  test("a level that says all is well makes no failure of words", () => {
    expect(
      patternsOf({
        lines: [line(1, "retried after connection refused", "info")],
        linesBefore: [],
        quietUntil,
        nameOf,
      })[0]?.known_as,
    ).toBeNull();
  });
});

describe("many lines", () => {
  const linesOf = (count: number, message: (i: number) => string): LogLine[] =>
    Array.from({ length: count }, (_, i) => ({
      at: new Date(Date.UTC(2026, 0, 31, 3) + i * 10).toISOString(),
      level: "warn",
      message: message(i),
    }));
  const statementOf = (i: number) => statements[i % statements.length] ?? statements[0];
  const rowsOf = (lines: LogLine[], linesBefore: LogLine[] = []) =>
    patternsOf({ lines, linesBefore, quietUntil: "2026-01-31T00:00:00.000Z", nameOf: () => null });

  test("the lines of each statement are one pattern, and no other's", () => {
    const each = 12;
    const rows = rowsOf(
      linesOf(
        statements.length * each,
        (i) => statementOf(i)?.line(Math.floor(i / statements.length) + 1) ?? "",
      ),
    );
    const right = rows.filter(({ count }) => count === each).length;
    expect(right / statements.length).toBeGreaterThanOrEqual(0.95);
    expect(rows.length).toBeLessThanOrEqual(statements.length + 2);
  });

  test("a hundred thousand of few statements are few patterns, and none is lost", () => {
    const rows = rowsOf(linesOf(100_000, (i) => statementOf(i)?.line(i) ?? ""));
    expect(rows.length).toBeLessThan(2 * statements.length);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  });

  test("a hundred thousand of which none is like another are bounded, and none is lost", () => {
    const word = (i: number): string =>
      i.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)] ?? "");
    const rows = rowsOf(linesOf(100_000, (i) => `${word(i)} ${word(i * 7)} ${word(i * 13)}`));
    expect(rows.length).toBeLessThanOrEqual(5_001);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
    expect(rows.find(({ template }) => template === "(other lines)")).toMatchObject({ is_new: false });
  });

  test("names that vary make no pattern new that was there before", () => {
    const lines = ["anna", "ben", "chris", "dora"].map((name, i) => ({
      at: new Date(Date.UTC(2026, 0, 31, 3, 0, i)).toISOString(),
      level: "warn" as const,
      message: `no cart of ${name}`,
    }));
    expect(rowsOf(lines.slice(2), lines.slice(0, 2))).toMatchObject([
      { template: "no cart of <*>", count: 2, before: 2, is_new: false },
    ]);
  });

  test("where a stretch was read only in part, rates compare what counts cannot", () => {
    const rows = patternsOf({
      lines: linesOf(60, () => "slow"),
      linesBefore: linesOf(60, () => "slow"),
      minutes: { now: 2, before: 60 },
      quietUntil: "2026-01-31T00:00:00.000Z",
      nameOf: () => null,
    });
    expect(rows).toMatchObject([{ count: 60, before: 60, per_minute: { now: 30, before: 1 } }]);
  });
});
