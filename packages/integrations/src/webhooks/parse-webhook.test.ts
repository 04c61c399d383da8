import { describe, expect, test } from "vitest";
import { parseWebhook } from "./parse-webhook.ts";

const RECEIVED = "2026-11-20T10:05:00.000Z";
const BEGAN = "2026-11-20T10:00:00.000Z";

function read(body: unknown) {
  const found = parseWebhook(body, RECEIVED);
  const alert = found?.alerts[0];
  return found === null
    ? null
    : alert === undefined
      ? { source: found.source, none: true }
      : {
          source: alert.source,
          name: alert.name,
          status: alert.status,
          severity: alert.severity,
          labels: alert.labels,
          startedAt: alert.startedAt,
        };
}

const group = {
  receiver: "oncall",
  status: "firing",
  groupLabels: { alertname: "PodRestarts" },
  commonLabels: { alertname: "PodRestarts", cluster: "prod-1" },
  commonAnnotations: { summary: "Pods restart" },
  externalURL: "https://alertmanager.example",
  version: "4",
  groupKey: '{}:{alertname="PodRestarts"}',
  truncatedAlerts: 2,
};
const restarts = {
  status: "firing",
  labels: { alertname: "PodRestarts", severity: "page", namespace: "orders", pod: "order-7c9d8f6b54-x2lmn" },
  annotations: { description: "order restarted 5 times", runbook_url: "https://runbooks.example/restarts" },
  startsAt: "2026-11-20T10:00:00.000Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "https://prometheus.example/graph?g0.expr=x",
  fingerprint: "aa",
};
const sns = (message: unknown, subject = "ALARM") => ({
  Type: "Notification",
  MessageId: "1",
  TopicArn: "arn:aws:sns:eu-west-1:111122223333:alarms",
  Subject: subject,
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2026-11-20T10:04:00.000Z",
});
const alarm = {
  AlarmName: "orders-db-cpu",
  AlarmDescription: "CPU of the orders database",
  AWSAccountId: "111122223333",
  NewStateValue: "ALARM",
  NewStateReason: "Threshold Crossed",
  StateChangeTime: "2026-11-20T10:00:00.000+0000",
  Region: "EU (Ireland)",
  OldStateValue: "OK",
  Trigger: {
    MetricName: "CPUUtilization",
    Namespace: "AWS/RDS",
    Dimensions: [{ name: "DBInstanceIdentifier", value: "orders" }],
  },
};
const pagerduty = (type: string) => ({
  event: {
    id: "01",
    event_type: type,
    resource_type: "incident",
    occurred_at: "2026-11-20T10:01:00Z",
    data: {
      id: "PGR0VU2",
      type: "incident",
      html_url: "https://acme.pagerduty.com/incidents/PGR0VU2",
      title: "Checkout is slow",
      created_at: "2026-11-20T10:00:00Z",
      service: { id: "PF9KMXH", summary: "checkout" },
      priority: { summary: "P3" },
      urgency: "high",
    },
  },
});
const opsgenie = (action: string) => ({
  action,
  integrationName: "Webhook",
  alert: {
    alertId: "0523d6a3",
    message: "Queue is growing",
    tags: ["env:prod", "loud"],
    alias: "queue-1",
    entity: "orders-queue",
    createdAt: Date.parse(BEGAN),
    priority: "P1",
    details: { service: "orders", runbook: "https://runbooks.example/queue" },
  },
});
const datadog = (transition: string) => ({
  id: "7411",
  alert_id: "1234",
  alert_title: "[P2] Error rate is high on service:checkout",
  title: `[${transition} on {service:checkout}] Error rate is high on service:checkout`,
  alert_transition: transition,
  alert_type: transition === "Recovered" ? "success" : "error",
  alert_priority: "P2",
  tags: "env:prod,service:checkout,monitor",
  alert_cycle_started_at: Date.parse(BEGAN),
  body: "errors above 5 %",
  link: "https://app.datadoghq.eu/monitors/1234",
});
const sentryEvent = {
  title: "TypeError: x is undefined",
  level: "error",
  culprit: "cart in add",
  datetime: BEGAN,
  environment: "production",
  url: "https://sentry.io/api/0/projects/acme/web-shop/events/1/",
  web_url: "https://sentry.io/organizations/acme/issues/1/events/1/",
  tags: [["release", "1.2.3"]],
};
const metricAlert = {
  alert_rule: { name: "Failure rate", environment: "production" },
  projects: ["web-shop"],
  date_started: BEGAN,
};
const gcp = (state: string) => ({
  version: "1.2",
  incident: {
    incident_id: "0.abc",
    scoping_project_id: "acme-prod",
    url: "https://console.cloud.google.com/monitoring/alerting/alerts/0.abc",
    severity: "Critical",
    started_at: Date.parse(BEGAN) / 1000,
    ended_at: state === "closed" ? Date.parse(BEGAN) / 1000 + 60 : null,
    state,
    summary: "Latency is above 2 s",
    policy_name: "Latency of checkout",
    condition_name: "p99 above 2 s",
    resource: { type: "cloud_run_revision", labels: { service_name: "checkout" } },
    metric: { type: "run.googleapis.com/request_latencies", labels: {} },
    policy_user_labels: { team: "shop" },
  },
});
const newRelic = (state: string) => ({
  id: "6d1b",
  issueUrl: "https://radar-api.service.newrelic.com/accounts/1/issues/1",
  title: "High CPU query result is > 90",
  priority: "CRITICAL",
  state,
  impactedEntities: ["checkout"],
  alertConditionNames: ["High CPU"],
  alertPolicyNames: ["Golden signals"],
  createdAt: Date.parse(BEGAN),
});

describe("the alert of a body", () => {
  test.each<[string, unknown, object]>([
    [
      "Alertmanager",
      { ...group, alerts: [restarts] },
      {
        source: "alertmanager",
        name: "PodRestarts",
        status: "firing",
        severity: "critical",
        labels: { severity: "page", namespace: "orders", pod: "order-7c9d8f6b54-x2lmn", cluster: "prod-1" },
        startedAt: BEGAN,
      },
    ],
    [
      "Alertmanager, over, of a group that still fires",
      { ...group, alerts: [{ ...restarts, status: "resolved" }] },
      { status: "resolved", startedAt: BEGAN },
    ],
    [
      "Alertmanager's API",
      [{ ...restarts, status: { state: "active" } }],
      { name: "PodRestarts", status: "firing" },
    ],
    [
      "one of Prometheus",
      { ...restarts, status: undefined, state: "firing", startsAt: undefined, activeAt: BEGAN },
      { source: "alertmanager", startedAt: BEGAN },
    ],
    [
      "Grafana",
      {
        ...group,
        orgId: 1,
        title: "[FIRING:1] PodRestarts",
        state: "alerting",
        message: "x",
        alerts: [{ ...restarts, dashboardURL: "https://grafana.example/d/1" }],
      },
      { source: "grafana", name: "PodRestarts", status: "firing" },
    ],
    [
      "Grafana without its alerts",
      { ...group, title: "[RESOLVED] PodRestarts", state: "ok" },
      { source: "grafana", name: "PodRestarts", status: "resolved" },
    ],
    [
      "Grafana before version 9",
      {
        ruleName: "Disk is full",
        ruleUrl: "https://grafana.example/d/2",
        state: "alerting",
        message: "90 %",
        title: "[Alerting] Disk is full",
        tags: { severity: "warning" },
        evalMatches: [{ metric: "used", tags: { host: "db-1" }, value: 0.9 }],
      },
      {
        source: "grafana",
        name: "Disk is full",
        status: "firing",
        severity: "warning",
        labels: { severity: "warning", host: "db-1" },
      },
    ],
    [
      "PagerDuty",
      pagerduty("incident.triggered"),
      {
        source: "pagerduty",
        name: "Checkout is slow",
        status: "firing",
        severity: "warning",
        labels: { service: "checkout", incident: "PGR0VU2" },
        startedAt: BEGAN,
      },
    ],
    ["PagerDuty, over", pagerduty("incident.resolved"), { status: "resolved" }],
    [
      "an event for PagerDuty",
      {
        routing_key: "r",
        event_action: "trigger",
        dedup_key: "d",
        payload: {
          summary: "Disk is full",
          source: "db-1",
          severity: "critical",
          timestamp: BEGAN,
          component: "postgres",
        },
      },
      {
        source: "pagerduty",
        name: "Disk is full",
        severity: "critical",
        labels: { service: "postgres", source: "db-1" },
        startedAt: BEGAN,
      },
    ],
    [
      "CloudWatch by SNS",
      sns(alarm),
      {
        source: "cloudwatch",
        name: "orders-db-cpu",
        status: "firing",
        severity: "critical",
        labels: expect.objectContaining({ DBInstanceIdentifier: "orders", metric: "CPUUtilization" }),
        startedAt: BEGAN,
      },
    ],
    [
      "CloudWatch by Lambda, over",
      { Records: [{ Sns: sns({ ...alarm, NewStateValue: "OK" }) }] },
      { source: "cloudwatch", status: "resolved" },
    ],
    [
      "CloudWatch by EventBridge",
      {
        "detail-type": "CloudWatch Alarm State Change",
        source: "aws.cloudwatch",
        time: BEGAN,
        region: "eu-west-1",
        account: "1",
        detail: {
          alarmName: "lag",
          state: { value: "ALARM", timestamp: BEGAN, reason: "x" },
          configuration: {
            metrics: [{ metricStat: { metric: { name: "Lag", dimensions: { Queue: "orders" } } } }],
          },
        },
      },
      {
        source: "cloudwatch",
        name: "lag",
        labels: { Queue: "orders", region: "eu-west-1", aws_account: "1", metric: "Lag" },
      },
    ],
    [
      "AWS Health",
      {
        "detail-type": "AWS Health Event",
        source: "aws.health",
        region: "eu-west-1",
        detail: {
          service: "RDS",
          eventTypeCode: "AWS_RDS_OPERATIONAL_ISSUE",
          eventTypeCategory: "issue",
          startTime: "Fri, 20 Nov 2026 10:00:00 GMT",
        },
      },
      { source: "aws", name: "AWS_RDS_OPERATIONAL_ISSUE", severity: "critical", startedAt: BEGAN },
    ],
    [
      "a failed job of AWS",
      sns({
        "detail-type": "Glue Job State Change",
        source: "aws.glue",
        time: BEGAN,
        detail: { jobName: "nightly", state: "FAILED", severity: "ERROR" },
      }),
      { source: "aws", name: "Glue Job State Change", severity: "critical" },
    ],
    [
      "words by SNS",
      sns("The export failed.\nSee the log.", ""),
      { source: "aws", name: "The export failed.", status: "firing", severity: "warning" },
    ],
    [
      "Sentry's issue alert",
      {
        action: "triggered",
        data: { event: sentryEvent, triggered_rule: "Errors" },
        installation: { uuid: "u" },
      },
      {
        source: "sentry",
        name: "TypeError: x is undefined",
        severity: "critical",
        labels: expect.objectContaining({ service: "web-shop", release: "1.2.3" }),
        startedAt: BEGAN,
      },
    ],
    [
      "Sentry's metric alert",
      { action: "warning", data: { metric_alert: metricAlert } },
      {
        source: "sentry",
        name: "Failure rate",
        severity: "warning",
        labels: expect.objectContaining({ service: "web-shop" }),
        startedAt: BEGAN,
      },
    ],
    [
      "Sentry's metric alert, over",
      { action: "resolved", data: { metric_alert: metricAlert } },
      { status: "resolved" },
    ],
    [
      "Sentry's issue",
      {
        action: "created",
        data: { issue: { title: "Timeout", level: "warning", firstSeen: BEGAN, project: { slug: "api" } } },
      },
      { source: "sentry", name: "Timeout", severity: "warning" },
    ],
    [
      "Sentry's plugin",
      {
        project_slug: "web-shop",
        level: "error",
        culprit: "cart",
        message: "x is undefined",
        url: "https://sentry.io/1",
        event: { title: "TypeError", timestamp: Date.parse(BEGAN) / 1000 },
      },
      { source: "sentry", name: "TypeError", startedAt: BEGAN },
    ],
    [
      "Opsgenie",
      opsgenie("Create"),
      {
        source: "opsgenie",
        name: "Queue is growing",
        status: "firing",
        severity: "critical",
        labels: expect.objectContaining({ service: "orders", env: "prod", entity: "orders-queue" }),
        startedAt: BEGAN,
      },
    ],
    ["Opsgenie, over", opsgenie("Close"), { status: "resolved" }],
    [
      "Google Cloud Monitoring",
      gcp("open"),
      {
        source: "gcp-monitoring",
        name: "Latency of checkout",
        status: "firing",
        severity: "critical",
        labels: expect.objectContaining({ service_name: "checkout", team: "shop" }),
        startedAt: BEGAN,
      },
    ],
    ["Google Cloud Monitoring, over", gcp("closed"), { status: "resolved" }],
    [
      "New Relic",
      newRelic("ACTIVATED"),
      {
        source: "new-relic",
        name: "High CPU",
        status: "firing",
        severity: "critical",
        labels: expect.objectContaining({ service: "checkout" }),
        startedAt: BEGAN,
      },
    ],
    ["New Relic, over", newRelic("CLOSED"), { status: "resolved" }],
    [
      "New Relic's older incident",
      {
        condition_name: "High CPU",
        policy_name: "p",
        current_state: "open",
        severity: "WARNING",
        timestamp: Date.parse(BEGAN),
        targets: [{ name: "checkout", labels: { tier: "1" } }],
      },
      { source: "new-relic", name: "High CPU", severity: "warning", startedAt: BEGAN },
    ],
    [
      "Datadog",
      datadog("Triggered"),
      {
        source: "datadog",
        name: "Error rate is high on service:checkout",
        status: "firing",
        severity: "critical",
        labels: { env: "prod", service: "checkout" },
        startedAt: BEGAN,
      },
    ],
    ["Datadog, over", datadog("Recovered"), { status: "resolved" }],
    [
      "any other sender",
      {
        title: "🔥 [Alerting] Pool is empty",
        status: "PROBLEM",
        priority: "high",
        host: "db-1",
        tags: [{ key: "app", value: "orders" }],
        started_at: "2026-11-20 10:00:00 +0000 UTC",
      },
      {
        source: "webhook",
        name: "Pool is empty",
        status: "firing",
        severity: "critical",
        labels: { app: "orders", host: "db-1" },
        startedAt: BEGAN,
      },
    ],
    [
      "a sender that begins its fields with capitals",
      {
        ProblemTitle: "Response time degradation",
        State: "OPEN",
        ProblemSeverity: "PERFORMANCE",
        PID: "-1",
        Tags: "service:cart",
      },
      {
        name: "Response time degradation",
        status: "firing",
        severity: "warning",
        labels: { service: "cart" },
      },
    ],
    [
      "Azure Monitor",
      {
        schemaId: "azureMonitorCommonAlertSchema",
        data: {
          essentials: {
            alertRule: "cpu-high",
            severity: "Sev1",
            monitorCondition: "Fired",
            firedDateTime: BEGAN,
          },
        },
      },
      { name: "cpu-high", status: "firing", severity: "critical", startedAt: BEGAN },
    ],
    [
      "a check that is down",
      {
        check_id: 1,
        check_name: "Checkout",
        previous_state: "UP",
        current_state: "DOWN",
        importance_level: "HIGH",
      },
      { name: "Checkout", status: "firing", severity: "critical" },
    ],
    [
      "an alarm of SNS that a relay has parsed",
      { ...sns("x"), Message: alarm },
      { source: "cloudwatch", name: "orders-db-cpu" },
    ],
    [
      "any other sender, over",
      { name: "Pool is empty", notification_type: "RECOVERY" },
      { status: "resolved" },
    ],
    [
      "a known body in an envelope",
      { payload: { ...group, alerts: [restarts] }, topic: "alerts" },
      { source: "alertmanager", name: "PodRestarts" },
    ],
  ])("%s", (_, body, expected) => {
    expect(read(body)).toMatchObject(expected);
  });

  test.each<[string, unknown, string]>([
    ["a group without alerts", { ...group, alerts: [] }, "alertmanager"],
    ["PagerDuty's acknowledgement", pagerduty("incident.acknowledged"), "pagerduty"],
    ["PagerDuty's test", { event: { event_type: "pagey.ping", data: { message: "Hello" } } }, "pagerduty"],
    ["Opsgenie's note", opsgenie("AddNote"), "opsgenie"],
    ["an alarm with too little data", sns({ ...alarm, NewStateValue: "INSUFFICIENT_DATA" }), "aws"],
    [
      "a subscription to confirm",
      { ...sns("You have chosen to subscribe"), Type: "SubscriptionConfirmation" },
      "aws",
    ],
    ["a greeting by SNS", sns("All is fine.", "Hello"), "aws"],
    [
      "a job of AWS that succeeded",
      { "detail-type": "Glue Job State Change", source: "aws.glue", detail: { state: "SUCCEEDED" } },
      "aws",
    ],
    ["an issue that was assigned", { action: "assigned", data: { issue: { title: "x" } } }, "sentry"],
    ["New Relic's acknowledgement", newRelic("ACKNOWLEDGED"), "new-relic"],
    ["a paused rule", { ruleName: "x", state: "paused" }, "grafana"],
  ])("is none: %s", (_, body, source) => {
    expect(read(body)).toEqual({ source, none: true });
  });

  test.each<[string, unknown]>([
    ["nothing", {}],
    ["a number", 7],
    ["a list of numbers", [1, 2]],
    [
      "a record that was created",
      { event: "created", model: "site", data: { name: "x", status: { value: "active" } } },
    ],
    ["a name alone", { name: "x" }],
    ["a deep nest", JSON.parse(`${'{"alert":'.repeat(2_000)}1${"}".repeat(2_000)}`)],
  ])("is not known: %s", (_, body) => {
    expect(parseWebhook(body, RECEIVED)?.alerts ?? []).toEqual([]);
  });
});

test("every alert of a group is read, and what the body leaves out is said", () => {
  const other = { ...restarts, status: "resolved", labels: { alertname: "Other" } };
  const { alerts, omitted } = parseWebhook({ ...group, alerts: [restarts, other] }, RECEIVED) ?? {};
  expect(alerts?.map(({ name, status }) => [name, status])).toEqual([
    ["PodRestarts", "firing"],
    ["Other", "resolved"],
  ]);
  expect(omitted).toBe(2);
});

test("the words and links of an alert are kept, without repeats", () => {
  const [alert] = parseWebhook({ ...group, alerts: [restarts] }, RECEIVED)?.alerts ?? [];
  expect(alert?.text).toBe(
    "PodRestarts\nPods restart\norder restarted 5 times\nhttps://runbooks.example/restarts",
  );
  expect(alert?.links).toContain("https://prometheus.example/graph?g0.expr=x");
});

test.each<[string, unknown, number]>([
  [
    "10,000 alerts",
    { ...group, truncatedAlerts: 0, alerts: Array.from({ length: 10_000 }, () => restarts) },
    9_000,
  ],
  ["a very long name", { ...group, alerts: [{ ...restarts, labels: { alertname: "x".repeat(1e6) } }] }, 2],
  [
    "fields of other kinds",
    { ...group, alerts: [{ status: 7, labels: [1], annotations: "no", startsAt: {} }] },
    2,
  ],
  ["names of a prototype", { alerts: [{ labels: JSON.parse('{"__proto__":"x","constructor":"y"}') }] }, 0],
])("is bounded: %s", (_, body, omitted) => {
  const read = parseWebhook(body, RECEIVED);
  expect(read?.alerts.length).toBeGreaterThan(0);
  expect(read?.alerts.length).toBeLessThanOrEqual(1_000);
  expect(read?.alerts[0]?.name.length).toBeLessThanOrEqual(200);
  expect(read?.omitted).toBe(omitted);
});
