import { AppError } from "@oncall/core";
import type { AlertData, SlackAlert } from "../data/scenario.ts";
import type { AcmeData, ServiceData } from "../data/types.ts";
import type { Series } from "../prometheus/series.ts";
import type { Timeline } from "./timeline.ts";

/** An alert as Alertmanager knows it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsMs: number;
  readonly endsMs: number | null;
  /** Where it is posted, such as `#commerce-oncall`. */
  readonly channel: string;
  /** What the expression came to; 1 where the alert tells no number. */
  readonly value: number;
}

const ALERTMANAGER = "https://alertmanager.acme.example";

/** The alert that a rule raises about a service. */
export function firingAlert(
  data: AlertData,
  {
    acme,
    timeline,
    podOf,
    teamChannelOf,
  }: {
    readonly acme: AcmeData;
    readonly timeline: Timeline;
    readonly podOf: (service: string) => string;
    readonly teamChannelOf: (service: ServiceData) => string;
  },
): FiringAlert {
  const rule = acme.alertRules[data.rule];
  const service = acme.services.find(({ name }) => name === data.on);
  if (!rule || !service) throw new AppError("bug", `The alert ${data.rule} on ${data.on} cannot be made.`);
  const facts: Record<string, string> = {
    ...{ service: service.name, job: service.name, container: service.name, deployment: service.name },
    ...{ horizontalpodautoscaler: service.name, persistentvolumeclaim: `${service.name}-data` },
    ...{ cluster: service.cluster, namespace: service.namespace, pod: podOf(service.name) },
    ...{ value: String(data.value ?? ""), reason: rule.reason ?? "" },
  };
  const fill = (text: string): string => text.replace(/\$\{(\w+)\}/g, (_, key: string) => facts[key] ?? "");
  const labels = Object.fromEntries(rule.labels.map((label) => [label, facts[label] ?? ""]));
  return {
    labels: { alertname: data.rule, ...labels, severity: rule.severity },
    annotations: { summary: fill(rule.summary), description: fill(rule.description) },
    startsMs: timeline.afterOnset(data.after),
    endsMs: data.resolved === undefined ? null : timeline.afterOnset(data.resolved),
    channel: data.channel ?? teamChannelOf(service),
    value: typeof data.value === "number" ? data.value : 1,
  };
}

/** The series that Prometheus itself keeps of an alert while it fires. */
export function alertSeries({ labels, startsMs, endsMs }: FiringAlert, timeline: Timeline): Series {
  return {
    labels: { __name__: "ALERTS", alertstate: "firing", ...labels },
    at: (timeMs) =>
      timeMs >= startsMs && timeMs < (endsMs ?? Number.POSITIVE_INFINITY) && timeMs <= timeline.now()
        ? 1
        : undefined,
  };
}

/** The message that Alertmanager's Slack receiver makes of it with Acme's template, when it fires or (`ended`) is over. */
export function slackMessage(
  { labels, annotations, startsMs, endsMs, channel }: FiringAlert,
  ended: boolean,
): SlackAlert {
  const { alertname = "", severity = "" } = labels;
  const subject = labels.job ?? labels.namespace ?? "";
  const receiver = `slack-${channel.replace(/^#/, "").replace(/-oncall$/, "")}`;
  const title = `[${ended ? "RESOLVED" : "FIRING:1"}] ${alertname} ${subject} (${severity})`;
  const link = `${ALERTMANAGER}/#/alerts?receiver=${receiver}`;
  const printed = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const details = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `  • *${name}:* \`${value}\``);
  return {
    channel,
    username: "Alertmanager",
    text: "",
    attachments: [
      {
        color: ended ? "2eb886" : severity === "critical" ? "a30200" : "daa038",
        fallback: `${title} | ${link}`,
        title,
        title_link: link,
        text: [
          `*Summary:* ${annotations.summary}`,
          `*Description:* ${annotations.description}`,
          `*Started:* ${printed(startsMs)}`,
          ...(ended && endsMs !== null ? [`*Ended:* ${printed(endsMs)}`] : []),
          "*Details:*",
          ...details,
        ].join("\n"),
        mrkdwn_in: ["text"],
      },
    ],
  };
}
