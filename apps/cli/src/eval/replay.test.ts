import { catalogOf, indexServices } from "@oncall/catalog";
import type { EvidenceRecord } from "@oncall/incidents";
import { expect, test } from "vitest";
import { recordedRegistry } from "./replay.ts";

function call(id: string, input: unknown): EvidenceRecord {
  return {
    id,
    investigationId: "inv_1",
    tool: "query_logs",
    input,
    state: "ok",
    summary: "",
    link: null,
    at: "2026-03-09T14:30:00.000Z",
    durationMs: 1,
    queries: [],
    cached: false,
    result: { state: "ok", data: { lines: id }, evidence: id },
  };
}

const used = new Map<string, EvidenceRecord>();
const registry = recordedRegistry(
  [
    call("ev_1", { service: "a", window: { from: 1, to: 2 } }),
    call("ev_2", { service: "a", window: { from: 1, to: 2 } }),
  ],
  catalogOf(indexServices([])),
  used,
);

test.each<[string, unknown, object]>([
  ["query_logs", { service: "a", window: { from: 1, to: 2 } }, { state: "ok", evidence: "ev_1" }],
  ["query_logs", { window: { to: 2, from: 1 }, service: "a" }, { state: "ok", evidence: "ev_1" }],
  [
    "query_logs",
    { service: "b", window: { from: 1, to: 2 } },
    { state: "error", error: { kind: "not_found" } },
  ],
  ["get_pod_status", { service: "a", window: { from: 1, to: 2 } }, { state: "error" }],
  ["query_logs", undefined, { state: "error" }],
])("%s %j is answered as it was recorded", async (tool, input, expected) => {
  expect(await registry.call(tool, input)).toMatchObject(expected);
});

test("what was not recorded is said to be so; only what was asked for counts as used", async () => {
  const { error } = await registry.call("query_logs", { service: "c" });
  expect(error?.message).toMatch(/not recorded: query_logs .*"c"/);
  expect([...used.keys()]).toEqual(["ev_1"]);
  expect(registry.tools.map(({ name }) => name)).toContain("query_logs");
});
