import type { LogLine } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import { knownFailure } from "./known.ts";
import { ownPatterns } from "./own-patterns.ts";
import { patternsOf } from "./patterns.ts";
import { rootException } from "./root-exception.ts";
import { templateOf } from "./template.ts";

test.each([
  ["GET /orders/42 took 13ms", "GET /orders/<n> took <n>ms"],
  ["order ord-7 for anna@shop.example from 10.0.0.1:443", "order ord-<n> for <email> from <ip>"],
  ["trace 4bf92f3577b34da6a3ce929d0e0e4736 at 2026-01-31T03:00:00.123Z", "trace <hex> at <time>"],
  ["job 123e4567-e89b-12d3-a456-426614174000 done\n  more", "job <uuid> done"],
  ["feedface decade", "feedface decade"],
  ["", ""],
])("template of %j", (line, expected) => {
  expect(templateOf(line)).toBe(expected);
});

test.each([
  ["HikariPool-1 - Connection is not available, request timed out after 30000ms", "db.pool_exhausted"],
  ["QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00", "db.pool_exhausted"],
  [
    "could not connect to server: Connection refused. Is it accepting TCP/IP connections on port 5432?",
    "db.connection_refused",
  ],
  ["upstream connect error or disconnect/reset before headers", "network.refused"],
  ["FATAL: sorry, too many clients already", "db.pool_exhausted"],
  [
    "Error: timeout exceeded when trying to connect\n  at /app/node_modules/pg-pool/index.js:45",
    "db.pool_exhausted",
  ],
  [
    "Connection to orders-db.internal:5432 refused. Check that the hostname and port are correct",
    "db.connection_refused",
  ],
  ["POST /orders 500: Database connection timeout after 30s", "db.connection_timeout"],
  ['FATAL: password authentication failed for user "shop"', "db.auth_failed"],
  ["ERROR: deadlock detected", "db.deadlock"],
  ["dial tcp 10.0.0.9:8080: connect: connection refused", "network.refused"],
  ["rpc error: code = DeadlineExceeded desc = context deadline exceeded", "network.timeout"],
  ["java.lang.OutOfMemoryError: Java heap space", "app.out_of_memory"],
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "app.out_of_memory"],
  ["write /var/data/1: no space left on device", "disk.full"],
  ["x509: certificate has expired or is not yet valid", "tls.certificate"],
  ["getaddrinfo ENOTFOUND payments.internal", "network.dns"],
  ["429 Too Many Requests", "rate.limited"],
  ["panic: runtime error: index out of range [3] with length 3", "app.panic"],
  ["connection authorized: user=postgres database=shop", null],
  ["request timeout is set to 30s", null],
  ["Successfully initialized new client", null],
  ["payment declined order=ord-1", null],
])("%j is known as %s", (line, code) => {
  expect(knownFailure(line)).toBe(code);
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

test.each([
  ["an expression", "declin(ed|ing) for \\d+", "card declined for 7", true],
  ["plain text", "payment declined", "Payment DECLINED", true],
  ["an expression that could explode is plain text", "(a+)+$", "aaaaaaaa", false],
  ["and found as such", "(a+)+$", "seen (a+)+$ here", true],
  ["one that is no expression", "total[", "total[3]", true],
  ["many repeats", ".*.*.*x", "abcx", false],
])("own patterns: %s", (_, pattern, text, found) => {
  expect(ownPatterns([{ name: "Mine", pattern, severity: "info" }])(text)).toBe(found ? "Mine" : null);
});
