import { expect, test } from "vitest";
import { parseWebhook } from "./parse-webhook.ts";

const AT = "2026-11-20T03:04:05.000Z";
const first = (body: unknown) => parseWebhook(body, AT)?.alerts[0] ?? null;

test.each([
  [
    "Uptime Kuma",
    {
      heartbeat: { status: 0, time: "2026-11-20 03:00:00", msg: "503" },
      monitor: { name: "shop" },
      msg: "[shop] [🔴 Down] 503",
    },
    { name: "shop", status: "firing", severity: "critical", startedAt: "2026-11-20T03:00:00.000Z" },
  ],
  [
    "Uptime Kuma, up",
    { heartbeat: { status: 1, msg: "200" }, monitor: { name: "shop" } },
    { name: "shop", status: "resolved" },
  ],
  [
    "Uptime Robot",
    { monitorFriendlyName: "shop", alertType: "1", alertTypeFriendlyName: "Down" },
    { name: "shop", status: "firing" },
  ],
  [
    "Better Stack",
    {
      data: {
        type: "incident",
        attributes: {
          name: "shop",
          started_at: "2026-11-20T03:00:00Z",
          resolved_at: null,
          status: "Started",
        },
      },
    },
    { name: "shop", status: "firing" },
  ],
  [
    "Better Stack, over",
    { data: { type: "incident", attributes: { name: "shop", status: "Resolved" } } },
    { name: "shop", status: "resolved" },
  ],
  [
    "Checkly",
    { alert_type: "ALERT_FAILURE", alert_title: "Checkout has failed", check_name: "Checkout" },
    { name: "Checkout", status: "firing" },
  ],
  [
    "Checkly, over",
    { alert_type: "ALERT_RECOVERY", alert_title: "Checkout has recovered", check_name: "Checkout" },
    { name: "Checkout", status: "resolved" },
  ],
  [
    "Statuspage",
    { page: { id: "x" }, incident: { name: "slow builds", status: "investigating", impact: "major" } },
    { name: "slow builds", status: "firing", severity: "critical" },
  ],
  [
    "Splunk",
    { sid: "x", search_name: "Too many errors", result: { severity: "high" } },
    { name: "Too many errors", status: "firing", severity: "critical", source: "splunk" },
  ],
  [
    "Zabbix, over",
    { event_name: "Disk is low", event_severity: "High", event_status: "RESOLVED" },
    { name: "Disk is low", status: "resolved", severity: "critical" },
  ],
  [
    "Icinga",
    { notification_type: "PROBLEM", host_name: "web-1", service_name: "http", service_state: "CRITICAL" },
    { name: "http", status: "firing", severity: "critical" },
  ],
  [
    "Kibana",
    { rule: { name: "Error count" }, alert: { actionGroup: "threshold met" } },
    { name: "Error count", status: "firing" },
  ],
  [
    "Kibana, over",
    { rule: { name: "Error count" }, alert: { actionGroup: "recovered" } },
    { name: "Error count", status: "resolved" },
  ],
  [
    "VictorOps, over",
    { message_type: "RECOVERY", entity_display_name: "Disk low" },
    { name: "Disk low", status: "resolved" },
  ],
  [
    "Prometheus' list",
    {
      status: "success",
      data: {
        alerts: [{ labels: { alertname: "A", severity: "warning" }, annotations: {}, state: "firing" }],
      },
    },
    { name: "A", status: "firing", severity: "warning" },
  ],
  [
    "content under the event's name",
    {
      event_type: "made_v2",
      made_v2: {
        name: "Checkout is down",
        severity: { name: "Critical" },
        incident_status: { category: "live" },
      },
    },
    { name: "Checkout is down", status: "firing", severity: "critical" },
  ],
])("%s", (_, body, expected) => {
  expect(first(body)).toMatchObject(expected);
});

test.each([
  ["a monitor under maintenance", { heartbeat: { status: 3 }, monitor: { name: "shop" } }],
  ["a push", { ref: "refs/heads/main", commits: [], repository: { name: "orders" } }],
  ["a payment", { id: "evt_1", type: "charge.succeeded", data: { object: { status: "succeeded" } } }],
])("no alert: %s", (_, body) => {
  expect(first(body)).toBeNull();
});
