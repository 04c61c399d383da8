import type { MessageText, SlackMessageEvent } from "./message-text.ts";

const sources: readonly (readonly [RegExp, string])[] = [
  [/grafana/i, "grafana"],
  [/datadog/i, "datadog"],
  [/pagerduty/i, "pagerduty"],
  [/sentry/i, "sentry"],
  [/cloudwatch|\baws\b|\bamazon web services\b|amazonaws/i, "cloudwatch"],
  [/alertmanager|prometheus/i, "alertmanager"],
];

/** Who sent it: by the sender's name, the footer, the title's shape, the hosts it links to, its words; else `bot`. */
export function sourceOf(message: SlackMessageEvent, content: MessageText): string {
  const attachment = message.attachments?.[0];
  const hosts = content.links.map((link) => /^https?:\/\/([^/]{1,255})/.exec(link)?.[1] ?? "");
  const byName = known(message.username ?? "", message.bot_profile?.name ?? "", attachment?.footer ?? "");
  return (
    byName ??
    known(hosts.join(" ")) ??
    (/^\[(?:FIRING|RESOLVED)/.test(content.title) ? "alertmanager" : known(content.title, content.text)) ??
    "bot"
  );
}

function known(...places: readonly string[]): string | undefined {
  for (const place of places) {
    const found = sources.find(([pattern]) => pattern.test(place));
    if (found) return found[1];
  }
  return undefined;
}
