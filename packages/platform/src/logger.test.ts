import { AppError } from "@oncall/core";
import { expect, test } from "vitest";
import { createLoggerOn } from "./logger.ts";
import { Secret } from "./secret.ts";

function logged(facts: object): { line: string; entry: Record<string, unknown> } {
  const lines: string[] = [];
  createLoggerOn({ write: (line) => lines.push(line) }, "info").info(facts, "said");
  const line = lines[0] ?? "";
  return { line, entry: JSON.parse(line) };
}

test.each<[string, object]>([
  ["a Secret", { key: new Secret("hunter2hunter2") }],
  [
    "a value under the name of a secret",
    { token: "hunter2hunter2", request: { authorization: "hunter2hunter2" } },
  ],
  ["an error with a url in it", { err: new Error("connect postgres://u:hunter2hunter2@db/x") }],
])("%s does not get out", (_name, facts) => {
  const { line } = logged(facts);
  expect(line).toContain("[redacted]");
  expect(line).not.toContain("hunter2");
});

test("an error keeps its kind and says what caused it", () => {
  const err = new AppError("unavailable", "Prometheus is down.", {
    cause: new Error("ECONNREFUSED 127.0.0.1:9"),
  });
  const { entry } = logged({ err, incident: "inc_1" });
  expect(entry).toMatchObject({ level: "info", msg: "said", incident: "inc_1" });
  expect(entry.err).toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("Prometheus is down."),
  });
  expect(JSON.stringify(entry.err)).toContain("ECONNREFUSED");
});
