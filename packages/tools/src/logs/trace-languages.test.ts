import { expect, test } from "vitest";
import { readLogText } from "./read-text.ts";
import { traces } from "./traces.fixture.ts";

const before = "2026-01-31 03:00:00 INFO before";
const after = "2026-01-31 03:00:09 INFO after";
const each = (prefix: string) => (lines: readonly string[]) =>
  [before, ...lines, after].map((line) => prefix + line);
const around = (change: (lines: readonly string[]) => string[]) => (lines: readonly string[]) => [
  before,
  ...change(lines),
  after,
];

/** The same lines as various things between a program and a reader leave them. */
const forms: readonly (readonly [string, (lines: readonly string[]) => string[]])[] = [
  ["as printed", around((lines) => [...lines])],
  ["with Windows' line ends", around((lines) => lines.map((line) => `${line}\r`))],
  ["in colour", around((lines) => lines.map((line) => `\u001b[31m${line}\u001b[0m`))],
  ["by CRI", each("2026-01-31T03:00:00.123456789Z stderr F ")],
  ["with kubectl's times", each("2026-01-31T03:00:00.123456789Z ")],
  ["with a pod's name", each("[pod/orders-7d9c5b6f4-x2x9z/orders] ")],
  ["by docker compose", each("orders-1  | ")],
  ["by stern", each("orders-7d9c5b6f4-x2x9z orders ")],
  ["by syslog", each("Jan 31 03:00:00 node1 orders[812]: ")],
  ["by Docker", around((lines) => lines.map((log) => JSON.stringify({ log: `${log}\n`, stream: "stderr" })))],
  [
    "in JSON",
    around((lines) => [JSON.stringify({ level: "error", msg: "failed", stack: lines.join("\n") })]),
  ],
  ["in logfmt", around((lines) => [`level=error msg="failed" stack=${JSON.stringify(lines.join("\n"))}`])],
];

test.each(
  forms.flatMap(([form, dress]) =>
    traces.map(([language, what, ...rest]) => [language, what, form, dress, ...rest] as const),
  ),
)("%s, %s, %s", (language, _, __, dress, root, lines) => {
  const events = readLogText(dress(lines));
  expect(events.flatMap(({ exception }) => exception ?? [])).toEqual([root]);
  expect(events.flatMap((event) => event.language ?? [])).toEqual([language]);
  expect(events.at(-1)?.exception).toBeNull();
});

test("two programs' traces whose lines are mixed are two", () => {
  const lines = [
    "orders-1 | 2026-01-31 03:00:00 ERROR a",
    "stock-1  | 2026-01-31 03:00:00 ERROR b",
    "orders-1 | java.lang.IllegalStateException: a",
    "stock-1  | java.lang.IllegalArgumentException: b",
    "orders-1 | \tat org.acme.A.b(A.java:1)",
    "stock-1  | \tat org.acme.B.c(B.java:2)",
  ];
  expect(readLogText(lines).map(({ from, to, exception }) => [from, to, exception])).toEqual([
    [0, 4, "java.lang.IllegalStateException: a"],
    [1, 5, "java.lang.IllegalArgumentException: b"],
  ]);
});

test("a name and a bar that some lines begin with are the program's own", () => {
  const lines = ["orders | 3", "a table of three rows", "stock | 4", "no more"];
  expect(readLogText(lines).map(({ text }) => text)).toEqual(lines);
});
