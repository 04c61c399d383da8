import { expect, test } from "vitest";
import type { SlackMessageEvent } from "./message-text.ts";
import { parseAlert } from "./parse-alert.ts";

const AT = "2026-11-20T03:04:05.000Z";
const base = { type: "message", channel: "C0ALERTS", ts: "1795143845.000100" };
const bot = (username: string, more: Partial<SlackMessageEvent>) =>
  parseAlert({ ...base, subtype: "bot_message", bot_id: "B0BOT", text: "", username, ...more }, AT);
const titled = (username: string, color: string, title: string, text = "") =>
  bot(username, { attachments: [{ color, title, text }] });
const person = (text: string) => parseAlert({ ...base, user: "U0ANNA", text }, AT);
const fields = (...texts: string[]) => ({
  type: "section",
  fields: texts.map((text) => ({ type: "mrkdwn", text })),
});
const header = (text: string) => ({ type: "header", text: { type: "plain_text", text } });

test.each([
  [
    "Robusta",
    bot("Robusta", {
      blocks: [
        header("🔴 Pod is crash looping"),
        fields("*Namespace:*\norders", "*Alert name*\nKubePodCrashLooping"),
      ],
    }),
    "KubePodCrashLooping",
    "critical",
  ],
  [
    "a template of emphasis",
    bot("metrics", {
      text: ":rotating_light: *[CRITICAL] MemoryHigh* :rotating_light:\n*Namespace:* `orders`",
    }),
    "MemoryHigh",
    "critical",
  ],
  [
    "a template of pairs",
    bot("alertbot", { text: "*Status:* firing\n*Alert:* NodeDown\n*Severity:* page" }),
    "NodeDown",
    "critical",
  ],
  [
    "Opsgenie",
    titled("Opsgenie", "#e01e5a", "#12: [Prometheus]: HighErrorRate"),
    "HighErrorRate",
    "critical",
  ],
  [
    "New Relic",
    titled("New Relic", "#f5554b", "Error rate of order-service", "Issue activated"),
    "Error rate of order-service",
    "critical",
  ],
  [
    "Zabbix",
    titled("Zabbix", "#E97659", "Problem: Disk space is low on web-1"),
    "Disk space is low on web-1",
    "critical",
  ],
  [
    "Nagios",
    bot("nagios", { text: "** PROBLEM Service Alert: web-1/Disk is WARNING **" }),
    "web-1/Disk",
    "warning",
  ],
  ["Icinga", bot("icinga2", { text: "Host web-1 is DOWN!" }), "Host web-1", "critical"],
  ["Pingdom", titled("Pingdom", "danger", "shop is DOWN"), "shop", "critical"],
  [
    "Uptime Kuma",
    bot("Uptime Kuma", {
      text: "Uptime Kuma",
      attachments: [{ color: "#e01e5a", blocks: [fields("*Message*\n[shop] [🔴 Down] 503")] }],
    }),
    "Uptime Kuma",
    "critical",
  ],
  [
    "Azure Monitor",
    bot("Azure Monitor", { blocks: [header("Azure Monitor alert fired: cpu"), fields("*Severity:*\nSev3")] }),
    "Azure Monitor alert fired: cpu",
    "warning",
  ],
  [
    "Amazon's bot for chat",
    bot("Amazon Q Developer", {
      blocks: [
        header(":warning: CloudWatch Alarm | orders-db-cpu | eu-west-1 | Account: 12"),
        fields("*State*\nOK → ALARM"),
      ],
    }),
    "orders-db-cpu",
    "critical",
  ],
  [
    "Checkly",
    titled("Checkly", "#EF4444", 'Check "Checkout" has failed'),
    'Check "Checkout" has failed',
    "critical",
  ],
  [
    "a status page",
    titled("Hosting Status", "#ff6a00", "Investigating - slow builds"),
    "Investigating - slow builds",
    "warning",
  ],
  [
    "a description that speaks of what is well",
    titled("Grafana", "#D63232", "[Alerting] Orders fail", "Check whether the database is available."),
    "Orders fail",
    "critical",
  ],
  ["a colour near red", titled("Prometheus", "#D63333", "[FIRING:1] Foo"), "Foo", "critical"],
  [
    "a grade",
    person("P1: checkout is down, all payments fail"),
    "checkout is down, all payments fail",
    "critical",
  ],
  ["a siren", person(":rotating_light: order-service is down"), "order-service is down", "critical"],
  [
    "somebody who sees it fire",
    person("we have an alert firing on orders: HighErrorRate"),
    "HighErrorRate",
    "warning",
  ],
])("fires: %s", (_, alert, name, severity) => {
  expect(alert).toMatchObject({ status: "firing", name, severity });
});

test.each([
  ["a template of pairs", bot("alertbot", { text: "*Status:* resolved\n*Alert:* NodeDown" }), "NodeDown"],
  [
    "Zabbix",
    titled("Zabbix", "#009900", "Resolved in 5m 3s: Disk space is low on web-1"),
    "Disk space is low on web-1",
  ],
  [
    "PagerDuty, by somebody",
    bot("PagerDuty", { text: "Resolved #47: orders are slow by Anna" }),
    "orders are slow",
  ],
  [
    "Amazon's bot for chat",
    titled(
      "Amazon Q Developer",
      "#2eb886",
      "CloudWatch Alarm | orders-db-cpu | eu-west-1 | Account: 12",
      "ALARM → OK",
    ),
    "orders-db-cpu",
  ],
  ["Pingdom", titled("Pingdom", "good", "shop is UP", "It was down for 3 minutes"), "shop"],
  ["a recovery", bot("nagios", { text: "RECOVERY: web-1/HTTP is OK" }), "web-1/HTTP"],
  ["a closed issue", titled("New Relic", "#50af64", "orders are slow", "Issue closed"), "orders are slow"],
])("is over: %s", (_, alert, name) => {
  expect(alert).toMatchObject({ status: "resolved", name });
});

test.each([
  ["who acknowledged", bot("Opsgenie", { text: 'Anna acknowledged alert #123 "HighErrorRate"' })],
  ["a plan", titled("Hosting Status", "#ffcc00", "Scheduled maintenance of builds", "It begins at noon.")],
  ["a build", titled("Jenkins", "danger", "Build 12 failed: order-service")],
  ["a deploy", titled("ArgoCD", "#18be52", "orders synced", "Status: Succeeded")],
  ["a pull request", bot("GitHub", { text: "Pull request opened: page on every critical incident" })],
  ["a question", person("is checkout down for anyone else?")],
  ["a graded question", person("P1: is anybody on this?")],
  ["graded work", person("P1 tickets of last week are all closed")],
  ["a siren in a question", person(":fire: so is it the database that is down?")],
  ["whether one has", person("do we have an alert firing on this?")],
])("is no alert: %s", (_, alert) => {
  expect(alert).toBeNull();
});

test("labels that only links hold are read, of this alert", () => {
  const silence = (name: string, more: string) =>
    `<https://am.example/#/silences/new?filter=%7Balertname%3D%22${name}%22%2C%20${more}%7D|Silence>`;
  const alert = titled(
    "Alertmanager",
    "danger",
    "[FIRING:1] DiskFull",
    [
      "*alertname:* `DiskFull`",
      silence("Other", "pod%3D%22x-0%22"),
      silence(
        "DiskFull",
        "namespace%3D%22orders%22%2C%20pod%3D%22orders-0%22%2C%20job%3D~%22a.*%22%2C%20severity%3D%22warning%22",
      ),
      "<https://g.example/d/x?var-cluster=prod-1&amp;var-pod=All|Board>",
    ].join("\n"),
  );
  expect(alert).toMatchObject({
    severity: "warning",
    labels: { namespace: "orders", pod: "orders-0", cluster: "prod-1" },
  });
  expect(alert?.labels.job).toBeUndefined();
});

test("a silence by Grafana's matchers says the labels", () => {
  const text =
    "Silence: https://g.example/alerting/silence/new?matcher=alertname%3DSlow&matcher=namespace%3Dorders&matcher=pod%3D~.%2B";
  const alert = titled("Grafana", "#D63232", "[FIRING:1] Slow", text);
  expect(alert?.labels).toEqual({ namespace: "orders" });
});
