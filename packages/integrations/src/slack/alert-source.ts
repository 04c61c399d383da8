import type { MessageText, SlackMessageEvent } from "./message-text.ts";

/** Systems whose messages are about what they watch, by name; a word that means other things as well is not enough. */
const sources: readonly (readonly [RegExp, string])[] = [
  [/grafana/i, "grafana"],
  [/datadog/i, "datadog"],
  [/pagerduty/i, "pagerduty"],
  [/sentry/i, "sentry"],
  [/cloudwatch|\baws\b|\bamazon (?:web services|q developer)\b|amazonaws/i, "cloudwatch"],
  [/alertmanager|prometheus|victoria ?metrics|vmalert/i, "alertmanager"],
  [/\brobusta\b/i, "robusta"],
  [/opsgenie/i, "opsgenie"],
  [/new ?relic/i, "new-relic"],
  [/\bzabbix\b/i, "zabbix"],
  [/\b(?:nagios|icinga2?|naemon|checkmk|sensu)\b/i, "nagios"],
  [
    /uptime ?kuma|uptime ?robot|pingdom|better ?(?:stack|uptime)|\bcheckly\b|site24x7|statuscake|healthchecks\.io|\bcronitor\b/i,
    "uptime",
  ],
  [/azure monitor/i, "azure-monitor"],
  [/google cloud (?:monitoring|alerting)|stackdriver/i, "gcp-monitoring"],
  [/\bkibana\b|\belastic alert/i, "elastic"],
  [/\bsplunk\b/i, "splunk"],
  [
    /\b(?:dynatrace|honeycomb|coralogix|signoz|netdata|instana|appdynamics|logicmonitor|victorops)\b/i,
    "monitoring",
  ],
  [/\bincident\.io\b|\bfirehydrant\b|\brootly\b/i, "incident-management"],
  [/statuspage|githubstatus\.com|\bstatus\.[\w-]{1,60}\.\w{2,10}\b|^[\w. ]{1,40} status$/i, "statuspage"],
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
