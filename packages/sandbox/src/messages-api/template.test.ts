import { describe, expect, test } from "vitest";
import { readConversation } from "./conversation.ts";
import { fill, type Template } from "./template.ts";

const firstLook = {
  verdict: "cause_found",
  service: "order-service",
  headline: "The pool is used up.",
  long: "x".repeat(400),
  causes: [{ service: "order-service", confidence: 0.8, evidence: ["ev_logs", "ev_unseen"] }],
};
const deploys = {
  state: "ok",
  data: { deploys: [{ at: "03:00", title: "smaller pool" }] },
  evidence: "ev_deploys",
};
const logs = { state: "ok", data: { total: 4, patterns: [{ template: "timeout" }] }, evidence: "ev_logs" };

const conversation = readConversation([
  {
    role: "user",
    content: [
      {
        type: "text",
        text: `The first look:\n${JSON.stringify(firstLook)}\n\nEvidence:\n${JSON.stringify([{ id: "ev_logs", tool: "query_logs" }])}`,
      },
    ],
  },
  {
    role: "assistant",
    content: [
      { type: "tool_use", id: "t1", name: "get_recent_deploys", input: {} },
      { type: "tool_use", id: "t2", name: "get_evidence", input: {} },
    ],
  },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "t1", content: `<data>\n${JSON.stringify(deploys)}\n</data>` },
      {
        type: "tool_result",
        tool_use_id: "t2",
        content: [{ type: "text", text: JSON.stringify({ evidence: "ev_logs", pointer: "", value: logs }) }],
      },
    ],
  },
]);

test.each<[Template, unknown]>([
  ["{{service}}", "order-service"],
  ["{{first_look:/causes/0/confidence}}", 0.8],
  [
    "It says: {{first_look:/headline}} ({{first_look:/causes/0/confidence}})",
    "It says: The pool is used up. (0.8)",
  ],
  ["Of it: {{first_look:/long}}", `Of it: ${"x".repeat(300)}…`],
  ["{{evidence:query_logs}}", "ev_logs"],
  ["{{evidence:get_recent_deploys}}", "ev_deploys"],
  [
    "{{cite:get_recent_deploys:/data/deploys/0/title}}",
    { evidence: "ev_deploys", pointer: "/data/deploys/0/title", value: "smaller pool" },
  ],
  [{ missing: "{{first_look:/nothing}}" }, { missing: null }],
  [["{{first_look:/nothing}}", "kept"], ["kept"]],
  [[{ $each: "{{first_look:/causes}}", $do: { name: "{{item:/service}}" } }], [{ name: "order-service" }]],
  [[{ $each: "{{first_look:/nothing}}", $do: "{{item}}" }], []],
  [[{ $each: "{{service}}", $do: "{{item}}" }], ["order-service"]],
  [[{ $each: "{{first_look:/causes/0/evidence}}", $limit: 1, $do: "{{item}}" }], ["ev_logs"]],
  [
    [{ $each: "{{first_look:/causes/0/evidence}}", $do: "{{cite_item}}" }],
    [{ evidence: "ev_logs", pointer: "/data/patterns/0/template", value: "timeout" }],
  ],
])("%j", (template, value) => {
  expect(fill(template, conversation)).toEqual(value);
});

describe("what there is not", () => {
  test("a conversation without a first look answers nothing", () => {
    expect(fill("{{first_look:/headline}}", readConversation([]))).toBeUndefined();
  });

  test("an unknown placeholder is an error", () => {
    expect(() => fill("{{weather}}", conversation)).toThrow("{{weather}}");
  });
});
