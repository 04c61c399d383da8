import { expect, test } from "vitest";
import type { SlackAttachment, SlackMessageEvent } from "./message-text.ts";
import { parseAlert } from "./parse-alert.ts";

const AT = "2026-11-20T03:04:05.000Z";
const base = { type: "message", channel: "C0ALERTS", ts: "1795143845.000100" };
const person = (text: string, more: Partial<SlackMessageEvent> = {}) =>
  parseAlert({ ...base, user: "U0ANNA", text, ...more }, AT);
const bot = (attachment: SlackAttachment, more: Partial<SlackMessageEvent> = {}) =>
  parseAlert(
    { ...base, subtype: "bot_message", bot_id: "B0BOT", text: "", attachments: [attachment], ...more },
    AT,
  );

const alertmanager = { username: "Alertmanager" };
const details = [
  "*Alert:* Orders answer slowly. - `critical`",
  "*Description:* p99 of order-service is above 2 s: checkouts time out.",
  "*Runbook:* <https://runbooks.example/orders|:spiral_note_pad:>",
  "*Details:*",
  " • *alertname:* `OrderLatencyHigh`",
  " • *namespace:* `orders`",
  " • *pod:* `order-service-7d9c5b6f4-x2x9z`",
  " • *severity:* `critical`",
].join("\n");
const grafanaText = [
  "**Firing**",
  "",
  "Value: A=3, C=1",
  "Labels:",
  " - alertname = Order errors too high",
  " - grafana_folder = Commerce",
  " - service = order-service",
  " - severity = warning",
  "Annotations:",
  " - summary = Orders fail: pool = 5",
  "Source: https://grafana.example/alerting/grafana/abc/view?orgId=1",
].join("\n");

test.each([
  [
    "Alertmanager, default title",
    bot({ color: "danger", title: "[FIRING:1] HighErrorRate orders (order-service critical)" }, alertmanager),
    {
      name: "HighErrorRate",
      values: ["orders", "order-service", "critical"],
      severity: "critical",
      labels: {},
    },
  ],
  [
    "Alertmanager, grouped, nothing in parentheses",
    bot({ title: "[FIRING:3] HighErrorRate orders warning" }, alertmanager),
    { name: "HighErrorRate", values: ["orders", "warning"], severity: "warning", source: "alertmanager" },
  ],
  [
    "Alertmanager, details template",
    bot({ title: "[FIRING:1] OrderLatencyHigh (orders critical)", text: details }, alertmanager),
    {
      name: "OrderLatencyHigh",
      severity: "critical",
      labels: { namespace: "orders", pod: "order-service-7d9c5b6f4-x2x9z", severity: "critical" },
    },
  ],
  [
    "Grafana, a rule named in words",
    bot(
      {
        color: "#D63232",
        title: "[FIRING:1] Order errors too high Commerce (order-service warning)",
        title_link: "https://grafana.example/alerting/list",
        text: grafanaText,
        footer: "Grafana v11.2.0",
      },
      { username: "ops" },
    ),
    {
      name: "Order errors too high",
      severity: "warning",
      source: "grafana",
      labels: { grafana_folder: "Commerce", service: "order-service", severity: "warning" },
    },
  ],
  [
    "several alerts in one message: the first one's labels",
    bot({
      title: "[FIRING:2, RESOLVED:1]",
      text: "*alertname:* `A1Down`\n*namespace:* `orders`\n*alertname:* `B2Down`\n*namespace:* `users`\n*pod:* `user-1`",
    }),
    { name: "A1Down", labels: { namespace: "orders" } },
  ],
  [
    "Datadog",
    bot(
      {
        color: "#d00000",
        title: "Triggered: [P2] Error rate is high on order-service",
        title_link: "https://app.datadoghq.com/monitors/123",
        text: "More than 5% of requests fail.\nservice:order-service, env:prod\nMore info: see the monitor",
        fields: [{ title: "Notified", value: "@slack-commerce" }],
      },
      { username: "Datadog" },
    ),
    {
      name: "[P2] Error rate is high on order-service",
      severity: "critical",
      source: "datadog",
      labels: { service: "order-service", env: "prod" },
    },
  ],
  [
    "PagerDuty",
    bot(
      { text: "*Triggered #4711*: <https://acme.pagerduty.com/incidents/Q1|payment-service is down>" },
      { username: "PagerDuty" },
    ),
    {
      name: "payment-service is down",
      source: "pagerduty",
      links: ["https://acme.pagerduty.com/incidents/Q1"],
    },
  ],
  [
    "CloudWatch",
    bot(
      {
        color: "danger",
        text: "AWS CloudWatch notification - orders-db-cpu",
        fields: [
          { title: "Alarm Name", value: "`orders-db-cpu`" },
          { title: "Alarm reason", value: "`Threshold Crossed: 1 datapoint [99.1] was greater than 90`" },
          { title: "Old State", value: "`OK`" },
          { title: "Current State", value: "`ALARM`" },
        ],
      },
      { username: "aws" },
    ),
    {
      name: "orders-db-cpu",
      severity: "critical",
      source: "cloudwatch",
      labels: { alarm_name: "orders-db-cpu" },
    },
  ],
  [
    "an AWS notice in red that never says alarm",
    bot({ color: "danger", fallback: "New AWS Health Event for RDS", text: "New AWS Health Event for RDS" }),
    { name: "New AWS Health Event for RDS", severity: "critical" },
  ],
  [
    "Sentry",
    bot({
      title: "TypeError: total is undefined",
      title_link: "https://acme.sentry.io/issues/42/",
      footer: "ORDER-SERVICE-1A via Sentry",
    }),
    { name: "TypeError: total is undefined", source: "sentry" },
  ],
  [
    "Block Kit with a headline as text",
    parseAlert(
      {
        ...base,
        bot_id: "B0",
        text: "ALERT: queue is growing",
        blocks: [
          { type: "header", text: { type: "plain_text", text: "ALERT: queue is growing" } },
          {
            type: "section",
            fields: [
              { type: "mrkdwn", text: "*Service:*\norder-service" },
              { type: "mrkdwn", text: "*Severity:*\ninfo" },
            ],
          },
        ],
      },
      AT,
    ),
    { name: "queue is growing", severity: "info", labels: { service: "order-service", severity: "info" } },
  ],
  [
    "a person, an acronym in the name",
    person("anyone on this? CPUQuotaOver firing: the cluster is *full*, more info below"),
    { name: "CPUQuotaOver", source: "person", severity: "warning" },
  ],
  [
    "a person, in a sentence",
    person("the HighErrorRate alert is still firing on orders"),
    { name: "HighErrorRate" },
  ],
  ["a person, where", person("HighErrorRate for order-service is firing"), { name: "HighErrorRate" }],
  ["a person, by label", person(":rotating_light: Alert: ord-1234 is stuck"), { name: "ord-1234 is stuck" }],
  ["a person, shouted", person("FIRING: order-service answers 500"), { name: "order-service answers 500" }],
  [
    "a person, rich text only",
    parseAlert(
      {
        ...base,
        user: "U1",
        blocks: [
          {
            type: "rich_text",
            elements: [
              {
                type: "rich_text_section",
                elements: [
                  { type: "text", text: "HighErrorRate is " },
                  { type: "text", text: "firing", style: { bold: true } },
                ],
              },
            ],
          },
        ],
      },
      AT,
    ),
    { name: "HighErrorRate", text: "HighErrorRate is firing" },
  ],
  ["a person, with a screenshot", person("HighErrorRate is firing", { subtype: "file_share" }), {}],
])("an alert: %s", (_, alert, expected) => {
  expect(alert).toMatchObject({ status: "firing", receivedAt: AT, ...expected });
});

test.each([
  [
    "Alertmanager",
    bot({ title: "[RESOLVED] HighErrorRate orders (order-service critical)" }),
    "HighErrorRate",
  ],
  [
    "Datadog",
    bot({ title: "Recovered: Error rate on orders" }, { username: "Datadog" }),
    "Error rate on orders",
  ],
  [
    "CloudWatch",
    bot({
      color: "good",
      text: "AWS CloudWatch notification",
      fields: [
        { title: "Alarm Name", value: "`orders-db-cpu`" },
        { title: "Old State", value: "`ALARM`" },
        { title: "Current State", value: "`OK`" },
      ],
    }),
    "orders-db-cpu",
  ],
  ["a person", person("RESOLVED: order-service answers 500"), "order-service answers 500"],
])("a resolution keeps the alert's name: %s", (_, alert, name) => {
  expect(alert).toMatchObject({ status: "resolved", name });
});

test.each([
  "I will be on alert tonight",
  "Can we tune the alert for order-service? It is noisy",
  "Is HighErrorRate still firing?",
  "HighErrorRate stopped firing an hour ago",
  "HighErrorRate is not firing any more",
  "why was HighErrorRate firing?",
  "what do FIRING and RESOLVED mean in these titles?",
  "we are firing on all cylinders",
  "I RESOLVED the merge conflict in AlertParser",
  "the incident review is at noon",
  "",
])("talk is no alert: %s", (text) => {
  expect(person(text)).toBeNull();
});

test.each([
  ["a reply in a thread", person("FIRING: x is down", { thread_ts: "1795143000.000100" })],
  ["an edit", person("FIRING: x is down", { subtype: "message_changed" })],
  ["a join", person("<@U1> has joined the alert channel", { subtype: "channel_join" })],
  ["a reply sent to the channel too", person("FIRING: x", { subtype: "thread_broadcast", thread_ts: "1.1" })],
  ["a build bot", bot({ color: "danger", title: "Build 12 failed: fix alert colours" }, { username: "CI" })],
  ["an acknowledgement", bot({ text: "Acknowledged #4711 incident by Anna" }, { username: "PagerDuty" })],
  ["an AWS notice that all is well", bot({ color: "good", text: "AWS Backup job completed" })],
  ["something without a type", parseAlert({}, AT)],
])("no alert: %s", (_, alert) => {
  expect(alert).toBeNull();
});

test("the first message of a thread is read like any other", () => {
  expect(person("FIRING: x is down", { thread_ts: base.ts })).not.toBeNull();
});

test.each([
  ["FIRING: A\nStarted: 2026-11-20 02:55:00 UTC", "2026-11-20T02:55:00.000Z"],
  ["FIRING: A\nstartsAt = 2026-11-20T03:55:00.123+01:00", "2026-11-20T02:55:00.000Z"],
  ["FIRING: A since 2026-11-20T02:55", "2026-11-20T02:55:00.000Z"],
  ["FIRING: A since 2026-99-99T02:55", undefined],
  ["FIRING: A since noon", undefined],
])("when it began: %j", (text, startedAt) => {
  expect(person(text)?.startedAt).toBe(startedAt);
});

test("links and mark-up are read as words, and links kept", () => {
  const alert = person(
    "FIRING: `ord-1` of <#C1|orders> &lt;x&gt; see <https://a.example/d?a=1&amp;b=2|board>",
  );
  expect(alert?.text).toBe("FIRING: ord-1 of orders <x> see board");
  expect(alert?.links).toEqual(["https://a.example/d?a=1&b=2"]);
});

const LONG = 40_000;
test.each([
  ["one word", "a".repeat(LONG)],
  ["capitals", "A".repeat(LONG)],
  ["camel humps", "Ab".repeat(LONG / 2)],
  ["spaces", `x:${" ".repeat(LONG)}y`],
  ["open links", "<http:".repeat(LONG / 6)],
  ["open mentions", "<@".repeat(LONG / 2)],
  ["parentheses", `[FIRING:1] ${"(".repeat(LONG)}`],
  ["pairs", "a:b,".repeat(LONG / 4)],
  ["braces", "a{".repeat(LONG / 2)],
  ["firing words", "Ab1Cd is now still just again ".repeat(LONG / 30)],
  ["alert words", "alerts is are now just ".repeat(LONG / 23)],
  ["emphasis", "*_~`".repeat(LONG / 4)],
  ["colons", ":a:".repeat(LONG / 3)],
  ["lines", "a: b\n".repeat(LONG / 5)],
])("40,000 hostile characters are read in linear time: %s", (_, hostile) => {
  person(hostile);
  expect(person(`FIRING ${hostile}`)?.status).toBe("firing");
  const text = `FIRING\n${hostile}`;
  const alert = bot({ title: `ALERT: ${hostile}`, text, fields: [{ title: hostile, value: hostile }] });
  expect(alert?.status).toBe("firing");
  expect(alert?.name.length).toBeLessThanOrEqual(200);
  // A pattern that backtracks badly takes minutes here and exceeds the test's time.
});

test("blocks nested without end are left", () => {
  let block: unknown = { text: "deep" };
  for (let depth = 0; depth < 10_000; depth++) block = { elements: [block] };
  expect(parseAlert({ ...base, bot_id: "B", text: "ALERT: x", blocks: [block, null, 7] }, AT)?.text).toBe(
    "ALERT: x",
  );
});
