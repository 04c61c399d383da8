import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSpecialists } from "./load.ts";

const tools = [
  "check_runtime_metrics",
  "get_dependencies",
  "get_pod_logs",
  "get_pod_status",
  "get_recent_deploys",
  "get_service_health",
  "query_logs",
  "scan_log_patterns",
];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agents-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test("those of the repository are there, with tools that exist", () => {
  expect(loadSpecialists(undefined, tools).map(({ name }) => name)).toEqual([
    "changes",
    "kubernetes",
    "logs",
  ]);
});

test("a folder adds its own; the model is the specialists' unless it says otherwise", () => {
  file(
    "database.md",
    "---\nname: database\ndescription: slow queries\ntools: [query_logs]\n---\nLook at locks first.\n",
  );
  file("notes.txt", "not an agent");
  expect(loadSpecialists(folder, tools).at(-1)).toEqual({
    name: "database",
    description: "slow queries",
    tools: ["query_logs"],
    model: "specialist",
    instructions: "Look at locks first.",
  });
});

test.each([
  ["no front matter", "Look at locks.", "begins with no front matter"],
  ["no YAML", "---\nname: [\n---\nx", "its front matter is no YAML"],
  [
    "a field that is missing",
    "---\nname: a\ntools: [query_logs]\n---\nx",
    "must have required property 'description'",
  ],
  [
    "a field too many",
    "---\nname: a\ndescription: d\ntools: [query_logs]\nmodle: x\n---\nx",
    'unknown key "modle"',
  ],
  [
    "a tool that there is not",
    "---\nname: a\ndescription: d\ntools: [query_log]\n---\nx",
    "did you mean query_logs?",
  ],
  ["no instructions", "---\nname: a\ndescription: d\ntools: [query_logs]\n---\n\n", "says nothing below"],
  [
    "a name that is taken",
    "---\nname: logs\ndescription: d\ntools: [query_logs]\n---\nx",
    'another agent "logs"',
  ],
])("%s is refused, with the file and what to do", (_, text, problem) => {
  file("bad.md", text);
  expect(() => loadSpecialists(folder, tools)).toThrow(problem);
  expect(() => loadSpecialists(folder, tools)).toThrow("bad.md");
});

test("a folder that there is not is named", () => {
  expect(() => loadSpecialists("/nowhere/agents", tools)).toThrow("/nowhere/agents: cannot be read");
});
