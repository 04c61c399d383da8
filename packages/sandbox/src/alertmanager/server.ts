import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { RE2JS } from "re2js";
import { createApp, queryOf } from "../http/server.ts";
import type { FiringAlert } from "../world/alerts.ts";
import type { World } from "../world/world.ts";

const RECEIVER = "oncall";

/** Alertmanager's v2 API: the alerts that fire now, and its status. */
export function createAlertmanagerServer(world: World): FastifyInstance {
  const app = createApp();
  const startedAt = new Date(world.timeline.startedMs - 86_400_000).toISOString();
  for (const path of ["/-/healthy", "/-/ready"])
    app.get(path, async (_request, reply) => reply.type("text/plain").send("OK"));
  app.get("/api/v2/status", async () => ({
    cluster: { status: "ready", peers: [] },
    versionInfo: { version: "0.27.0" },
    uptime: startedAt,
    config: { original: "" },
  }));
  app.get("/api/v2/silences", async () => []);
  app.get("/api/v2/receivers", async () => [{ name: RECEIVER }]);
  app.get("/api/v2/alerts", async (request, reply) => {
    const filters = queryOf(request.url).getAll("filter").map(parseFilter);
    const bad = filters.find((filter) => typeof filter === "string");
    if (bad !== undefined) return reply.code(400).send(`bad matcher format: ${bad}`);
    const now = world.timeline.now();
    return world
      .alerts()
      .filter(({ endsMs }) => endsMs === null || endsMs > now)
      .filter(({ labels }) => filters.every((filter) => typeof filter === "string" || filter(labels)))
      .map((alert) => ({
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: new Date(alert.startsMs).toISOString(),
        // Prometheus renews an alert that still fires; it would be resolved four minutes after the last time.
        endsAt: new Date(now + 240_000).toISOString(),
        updatedAt: new Date(now - 15_000).toISOString(),
        fingerprint: fingerprint(alert),
        generatorURL: generatorUrl(alert),
        receivers: [{ name: RECEIVER }],
        status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
      }));
  });
  return app;
}

/** The webhook of one group: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export function webhookBody(alerts: readonly FiringAlert[], externalUrl: string, now: number): object {
  const resolved = (alert: FiringAlert): boolean => alert.endsMs !== null && alert.endsMs <= now;
  const common = (key: "labels" | "annotations"): Record<string, string> =>
    Object.fromEntries(
      Object.entries(alerts[0]?.[key] ?? {}).filter(([name, value]) =>
        alerts.every((alert) => alert[key][name] === value),
      ),
    );
  const groupLabels = { alertname: alerts[0]?.labels.alertname ?? "" };
  return {
    version: "4",
    groupKey: `{}:{alertname="${groupLabels.alertname}"}`,
    truncatedAlerts: 0,
    status: alerts.every(resolved) ? "resolved" : "firing",
    receiver: RECEIVER,
    groupLabels,
    commonLabels: common("labels"),
    commonAnnotations: common("annotations"),
    externalURL: externalUrl,
    alerts: alerts.map((alert) => ({
      status: resolved(alert) ? "resolved" : "firing",
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.startsMs).toISOString(),
      endsAt: resolved(alert) ? new Date(alert.endsMs ?? 0).toISOString() : "0001-01-01T00:00:00Z",
      generatorURL: generatorUrl(alert),
      fingerprint: fingerprint(alert),
    })),
  };
}

function fingerprint({ labels }: FiringAlert): string {
  return createHash("sha1").update(JSON.stringify(labels)).digest("hex").slice(0, 16);
}

function generatorUrl({ labels }: FiringAlert): string {
  return `https://prometheus.acme.example/graph?g0.expr=ALERTS%7Balertname%3D%22${labels.alertname}%22%7D&g0.tab=1`;
}

/** `name="value"` with =, !=, =~ or !~, as a condition; the text itself when it is no matcher. */
function parseFilter(text: string): string | ((labels: Readonly<Record<string, string>>) => boolean) {
  const [, name = "", operator = "", quoted = ""] = /^\s*(\w+)\s*(=~|!~|!=|=)\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === "") return text;
  const value = quoted.replace(/^"(.*)"$/, "$1");
  if (operator.endsWith("~")) {
    const pattern = RE2JS.compile(value);
    return (labels) => pattern.matches(labels[name] ?? "") === (operator === "=~");
  }
  return (labels) => ((labels[name] ?? "") === value) === (operator === "=");
}
