import { expect, test } from "vitest";
import { createLoggerOn } from "./logger.ts";
import { createClosers } from "./shutdown.ts";

test("closes in reverse, once, past what fails and what hangs", async () => {
  const closed: string[] = [];
  const lines: string[] = [];
  const logger = createLoggerOn({ write: (line) => lines.push(line) }, "error");
  const closers = createClosers({ logger, stepTimeoutMs: 20 });
  closers.add("database", () => closed.push("database"));
  closers.add("broken", () => {
    throw new Error("already gone");
  });
  closers.add("hanging", () => new Promise(() => undefined));
  closers.add("server", async () => closed.push("server"));

  await Promise.all([closers.closeAll(), closers.closeAll()]);
  expect(closed).toEqual(["server", "database"]);
  expect(lines.map((line) => JSON.parse(line).step)).toEqual(["hanging", "broken"]);
});
