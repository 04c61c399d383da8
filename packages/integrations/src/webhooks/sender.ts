import type { Alert } from "@oncall/incidents";
import { severityWord } from "../severity.ts";
import { type Body, instant, text } from "./body.ts";
import { tagLabels } from "./tags.ts";

/** One system that posts its alerts as JSON. */
export interface WebhookSender {
  readonly source: string;
  /**
   * The alerts of a body, in its order: null when another system sent it, empty when this one did and it tells of no
   * alert (a test of the connection, an acknowledgement). Never throws, whatever the body holds.
   */
  read(body: Body): readonly AlertParts[] | null;
}

/** What a body says of one alert, in the sender's words. */
export interface AlertParts {
  readonly name: string;
  readonly status: Alert["status"];
  /** The sender's words for how bad it is, the most telling first; what is none of the usual words is passed over. */
  readonly severity: readonly unknown[];
  /** Sets of labels; of one name in several sets the first one's value counts. Lists are read as tags. */
  readonly labels: readonly unknown[];
  /** Any form of time that `instant` reads. */
  readonly startedAt?: unknown;
  /** Descriptions, in the order to read them. */
  readonly text: readonly unknown[];
  readonly links: readonly unknown[];
  /** Where the body names another sender than the one it was read as. */
  readonly source?: string | undefined;
}

const MAX_NAME = 200;
const MAX_TEXT = 40_000;
const MAX_LINKS = 20;
const MAX_LABELS = 100;
const MAX_VALUE = 500;

/** @param receivedAt when the body arrived, ISO 8601 */
export function toAlert(parts: AlertParts, source: string, receivedAt: string): Alert {
  const { alertname: _, ...labels } = mergedLabels(parts.labels);
  const startedAt = instant(parts.startedAt);
  const lines = [parts.name, ...parts.text.map(text)].filter((line) => line !== undefined);
  return {
    name: parts.name.slice(0, MAX_NAME),
    status: parts.status,
    severity:
      parts.severity.map((word) => severityWord(text(word))).find((word) => word !== undefined) ?? "warning",
    source: parts.source ?? source,
    labels,
    values: [],
    text: [...new Set(lines)].join("\n").slice(0, MAX_TEXT),
    ...(startedAt === undefined ? {} : { startedAt }),
    receivedAt,
    links: [...new Set(parts.links.map(text))]
      .filter((link) => link !== undefined && /^https?:\/\//.test(link))
      .slice(0, MAX_LINKS) as string[],
  };
}

function mergedLabels(sets: readonly unknown[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const [name, value] of sets.flatMap(tagLabels)) {
    if (labels.size >= MAX_LABELS) break;
    if (!labels.has(name)) labels.set(name, value.slice(0, MAX_VALUE));
  }
  return Object.fromEntries(labels);
}
