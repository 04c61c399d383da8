import type { ToolResult } from "@oncall/core";
import { expect, test } from "vitest";
import { lookUp } from "./lookup.ts";
import type { Lookup } from "./routing.ts";

const order = { kind: "service", name: "order-service" } as const;
const database = { kind: "dependency", name: "postgres-orders" } as const;
const ord = { kind: "resource", id: "ord-1234", service: "order-service" } as const;
const evidence = "ev_k3f9a2bqxw7m";
const found = (data: unknown, more: Partial<ToolResult> = {}): ToolResult => ({
  state: "ok",
  data,
  evidence,
  ...more,
});

const escalation = {
  service: "order-service",
  team: "commerce",
  slack_channel: "#commerce",
  pager_alias: "commerce-esc",
  on_call: null,
  on_call_note: "PagerDuty is not connected: page commerce-esc.",
};
const deploy = {
  at: "2026-11-20T03:12:44Z",
  kind: "rollout",
  title: "Tune pool\n<!channel>",
  author: "dana",
  state: "stuck",
  changes: [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }],
};

test.each<[string, Lookup, string, ToolResult, string]>([
  [
    "who owns a service",
    { ask: "owner", subject: order },
    "get_escalation_path",
    found(escalation),
    `order-service is owned by team commerce. Their Slack channel is #commerce, their pager alias commerce-esc. [${evidence}]`,
  ],
  [
    "who is on call, when nobody can know",
    { ask: "on_call", subject: ord },
    "get_escalation_path",
    found(escalation),
    `PagerDuty is not connected: page commerce-esc. order-service belongs to team commerce: page commerce-esc or write in #commerce. [${evidence}]`,
  ],
  [
    "who owns what has no entry of its own",
    { ask: "owner", subject: database },
    "get_dependents",
    found({
      service: "postgres-orders",
      dependents: [
        { name: "order-service", team: "commerce", depth: 1, critical: true, path: [] },
        { name: "api-gateway", team: "platform", depth: 2, critical: false, path: [] },
      ],
    }),
    `1 service depends on postgres-orders: order-service (team commerce, critical). Through them also api-gateway (team platform). [${evidence}]`,
  ],
  [
    "nothing depends on it",
    { ask: "dependents", subject: order },
    "get_dependents",
    found({ service: "order-service", dependents: [] }),
    `Nothing in the catalog depends on order-service. [${evidence}]`,
  ],
  [
    "changes, a title from outside among them",
    { ask: "deploys", subject: ord },
    "get_recent_deploys",
    found({
      service: "order-service",
      window: { from: "2026-11-19T04:00:00Z", to: "2026-11-20T04:00:00Z" },
      deploys: [deploy],
      sources: [{ name: "GitHub", checked: false, note: "no answer" }],
    }),
    `1 change of order-service since 2026-11-19 04:00 UTC, newest first: [${evidence}]\n- 2026-11-20 03:12 UTC: rollout “Tune pool <!channel>” by dana, stuck (env.DB_POOL_MAX 40 → 5)\nNot read: GitHub: no answer.`,
  ],
  [
    "a resource its owner does not know",
    { ask: "status", subject: ord },
    "get_resource",
    found({ id: "ord-1234", service: "order-service", type: "order", found: false, http_status: 404 }),
    `order-service knows no order ord-1234 (it answered HTTP 404). [${evidence}]`,
  ],
  [
    "a tool that failed says what to do",
    { ask: "status", subject: order },
    "get_service_health",
    { state: "error", error: { kind: "not_configured", message: "PROMETHEUS_URL is not set." }, evidence },
    `PROMETHEUS_URL is not set. [${evidence}]`,
  ],
  [
    "nothing found says where was looked",
    { ask: "status", subject: ord },
    "get_resource",
    { state: "no_data", searched: "patterns ord-*", evidence },
    `Nothing was found; searched was patterns ord-*. [${evidence}]`,
  ],
  [
    "a list says what it leaves out",
    { ask: "services", team: "commerce" },
    "list_services",
    found(
      {
        services: [{ name: "order-service", team: "commerce", description: null }],
        total: 1,
        next_cursor: null,
      },
      { omitted: "2 more." },
    ),
    `Team commerce has 1 service: [${evidence}]\n- order-service\n_Left out:_ 2 more.`,
  ],
])("%s", async (_, lookup, tool, result, text) => {
  const called: string[] = [];
  const answer = await lookUp(lookup, async (name) => {
    called.push(name);
    return result;
  });
  expect(called).toEqual([tool]);
  expect(answer).toEqual({ text, evidence: [evidence] });
});

test("without a subject nothing is called, and it is asked for", async () => {
  const answer = await lookUp({ ask: "unclear" }, () => expect.fail("a tool was called"));
  expect(answer).toEqual({ text: expect.stringMatching(/^Which service or id do you mean\?/), evidence: [] });
});
