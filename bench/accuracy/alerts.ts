import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseAlert, type SlackMessageEvent } from "@oncall/integrations";
import { measureResolve } from "./alerts-resolve.ts";
import { measureWebhooks, readWebhooks } from "./alerts-webhooks.ts";
import { type Measured, share, type Task } from "./task.ts";

const FOLDER = "alerts";
const ARRIVED = "2026-11-20T10:00:00Z";
const ALL = 1;
const NAMED = 0.99;
/** What Prometheus' rules call their severities, in our words. */
const grades: Readonly<Record<string, string>> = {
  critical: "critical",
  warning: "warning",
  info: "info",
  none: "info",
};

interface Rendered {
  readonly id: string;
  readonly style: string;
  readonly slack_event: SlackMessageEvent;
  /** The alert's labels, as far as the style shows them. */
  readonly truth: Readonly<Record<string, string>>;
  /** Whether the style writes the labels' names beside their values. */
  readonly truth_labels_named_in_text: boolean;
}

/** What a chat message or a webhook's body is understood as: rendered alerts, real messages, third-party payloads. */
export const alerts: Task = {
  name: "alerts",
  folders: [FOLDER],
  async run(data) {
    const entries = data.entries(FOLDER);
    const files = (folder: string): string[] =>
      entries
        .filter((path) => basename(path) === folder)
        .flatMap((path) => readdirSync(path).map((name) => join(path, name)));
    const rendered = entries
      .filter((path) => basename(path) === "slack_rendered.jsonl")
      .flatMap((path) => readFileSync(path, "utf8").split("\n"))
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as Rendered);
    const webhooks = readWebhooks(files("webhooks"));
    return together([
      measureRendered(rendered),
      measureReal(files("slack_real")),
      measureWebhooks(webhooks),
      await measureResolve([...labelled(rendered), ...webhooks]),
    ]);
  },
};

function together(parts: readonly Measured[]): Measured {
  return {
    figures: parts.flatMap(({ figures }) => figures),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function measureRendered(cases: readonly Rendered[]): Measured {
  const read = cases.map((one) => ({ ...one, alert: parseAlert(one.slack_event, ARRIVED) }));
  const notes: string[] = [];
  const right = (
    what: string,
    of: typeof read,
    is: (one: (typeof read)[number]) => boolean,
    least: number,
  ) => {
    const wrong = of.filter((one) => !is(one));
    notes.push(
      ...wrong.map(
        ({ id, alert }) => `${id}: ${what} is wrong, read as ${JSON.stringify(alert?.[what as "name"])}`,
      ),
    );
    return share(`Slack ${what}`, of.length - wrong.length, of.length, least);
  };
  const graded = read.filter(({ truth }) => truth.severity !== undefined && truth.severity in grades);
  const figures = [
    right("name", read, ({ alert, truth }) => alert?.name === truth.alertname, ALL),
    right("status", read, ({ alert }) => alert?.status === "firing", ALL),
    right("severity", graded, ({ alert, truth }) => alert?.severity === grades[truth.severity ?? ""], ALL),
  ];
  const shown = { named: [0, 0], unnamed: [0, 0] };
  for (const { id, truth, truth_labels_named_in_text: named, alert } of read) {
    for (const label of ["namespace", "pod"]) {
      const value = truth[label];
      if (value === undefined) continue;
      const isRight = named ? alert?.labels[label] === value : alert?.values.includes(value) === true;
      const count = shown[named ? "named" : "unnamed"];
      count[0] = (count[0] ?? 0) + (isRight ? 1 : 0);
      count[1] = (count[1] ?? 0) + 1;
      if (!isRight) notes.push(`${id}: ${label} ${value} is missed`);
    }
  }
  const [named = 0, ofNamed = 0] = shown.named;
  const [unnamed = 0, ofUnnamed = 0] = shown.unnamed;
  return {
    figures: [
      ...figures,
      share("Slack namespace and pod, named", named, ofNamed, NAMED),
      share("Slack namespace and pod, values alone", unnamed, ofUnnamed, NAMED),
    ],
    notes,
  };
}

/** With the labels of the same alert in the style that shows them all, as far as a message's words hold them. */
function labelled(cases: readonly Rendered[]) {
  const whole = new Map(
    cases
      .filter((one) => one.truth_labels_named_in_text)
      .map(({ id, style, truth }) => [alertOf(id, style), truth]),
  );
  return cases.map(({ id, style, slack_event: event }) => {
    const words = JSON.stringify(event);
    const labels = Object.entries(whole.get(alertOf(id, style)) ?? {}).filter(([, value]) =>
      words.includes(value),
    );
    return { id, alert: parseAlert(event, ARRIVED), labels: Object.fromEntries(labels) };
  });
}

function alertOf(id: string, style: string): string {
  return id.slice(0, -style.length);
}

/** Real messages of AWS events; their colour tells which report harm. Reported, without a bar. */
function measureReal(paths: readonly string[]): Measured {
  const read = paths.map((path) => {
    const { slack_message: message } = JSON.parse(readFileSync(path, "utf8")) as {
      slack_message: SlackMessageEvent;
    };
    const alert = parseAlert({ type: "message", subtype: "bot_message", ...message }, ARRIVED);
    const color = message.attachments?.[0]?.color ?? "";
    return { path, alert, wanted: /^(?:danger|warning)$/.test(color) };
  });
  const right = read.filter(({ alert, wanted }) => (alert !== null) === wanted);
  return {
    figures: [
      { ...share("real AWS messages: alert or not", right.length, read.length, 0), bar: null, ok: true },
    ],
    notes: read.map(
      ({ path, alert }) =>
        `${basename(path)}: ${alert === null ? "no alert" : `${alert.status} ${alert.severity} ${alert.name}`}`,
    ),
  };
}
