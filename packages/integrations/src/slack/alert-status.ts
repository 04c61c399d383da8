import type { Alert } from "@oncall/incidents";
import type { MessageText } from "./message-text.ts";

type Status = Alert["status"] | null;

/** How far into a message its state is looked for; templates say it at the top. */
const HEAD = 2_000;

/** Colours that senders give to what is bad. */
export const red = /^#?(?:danger|a30200|d00000|e01e5a|d63232|ff0000|cc0000|eb144c|fa1e1e)$/i;
const yellow = /^#?(?:warning|ffcc00|daa038|ecb22e|f2c744|ffa500)$/i;
const green = /^#?(?:good|2eb886|36a64f|36a640|2eb67d|439fe0|2ba24c)$/i;

/**
 * What a bot's message says of an alert: that it fires, that it is over, or (null) nothing. `source` is who sent
 * it, `bot` when unknown: then the word "alert" alone is not enough, for build and chat bots use it too.
 */
export function statusFromBot({ title, text }: MessageText, source: string, color = ""): Status {
  const head = `${title}\n${text.slice(0, HEAD)}`;
  const begins = title.replace(leadingMarks, "");
  if (/\[FIRING\b|^FIRING\b|^\*\*Firing\*\*/m.test(head)) return "firing";
  if (
    /\[(?:RESOLVED|OK|Recovered)\b|^RESOLVED\b|\bcurrent state: ?OK\b|\bin OK state\b/im.test(head) ||
    /^(?:Resolved|Recovered|Closed|OK)\b/i.test(begins) ||
    (source !== "bot" && /\b(?:was|is|has been|marked as|auto-?) ?resolved\b|\bRESOLVED\b/.test(head))
  )
    return "resolved";
  if (/^(?:Acknowledged|Assigned|Reassigned|Snoozed|Muted|Unmuted)\b/i.test(begins)) return null;
  if (green.test(color)) return null;
  if (/\bFIRING\b|\[(?:Alerting|Alert|Triggered|No Data|Error)\]/i.test(head) || announced.test(begins))
    return "firing";
  if (source === "bot") return /^alert_?name\s*[:=]/im.test(head) ? "firing" : null;
  if (/\balert(?:s|ing)?\b|\balarm\b|\btriggered\b|\bincident\b/i.test(head)) return "firing";
  // A new Sentry issue is an alert without saying so; AWS notices (Health, Backup, GuardDuty) say it in colour.
  if (source === "sentry") return "firing";
  return source === "cloudwatch" && (red.test(color) || yellow.test(color)) ? "firing" : null;
}

/** Emoji, quotes and punctuation before the first word. */
export const leadingMarks = /^(?:\s|:[\w+-]{1,40}:|[^\p{L}\p{N}[:]){0,20}/u;
const announced = /^(?:re-?)?(?:triggered|alert(?:ing)?|alarm|warn|no data|incident)\b[^\n]{0,20}[:!–-]/i;

/** Upper camel case, acronyms and all (`KubeAPIDown`, `CPUThrottlingHigh`, `etcdMembersDown`). */
const alertName =
  "(?<![\\w-])(?=[A-Za-z0-9]{0,60}[a-z])(?=[A-Za-z0-9]{1,60}[A-Z])[A-Za-z][A-Za-z0-9]{3,100}(?![\\w-])";
/** A question or a condition is talk, and so is what lies in the past. */
const asking = "is are was were if when whether why did does do has had have no not isn't"
  .split(" ")
  .map((asked) => `[${asked.charAt(0).toUpperCase()}${asked.charAt(0)}]${asked.slice(1)}`)
  .join("|");
const notAsked = `(?<!\\b(?:${asking})\\s(?:(?:is|the|that|an?|this)\\s){0,2})`;
const fires =
  "(?:\\s(?:alerts?|is|are|now|just|still|again|has|been|keeps|started|(?:for|on|in)\\s[\\w.-]{1,80})){0,4}" +
  "\\s(?:firing|(?:fired|triggered)(?!\\s(?:yesterday|last|earlier|on)))\\b";
const namedFires = new RegExp(`${notAsked}(${alertName})${fires}`);
const alertFires = new RegExp(`${notAsked}\\balerts?${fires}`, "i");
const namedResolved = new RegExp(
  `${notAsked}(${alertName})(?:\\s(?:is|has|been|now|alert)){0,3}\\sresolved\\b`,
);

/** A person must say that something fires, not only use the word. */
export function statusFromPerson(text: string): Status {
  const lines = text.slice(0, HEAD).split("\n");
  const says = (pattern: RegExp): boolean =>
    lines.some((line) => pattern.test(line.replace(leadingMarks, "").replace(/\s{1,500}/g, " ")));
  if (says(/^\[?FIRING\b|\[FIRING\b|\bFIRING:/)) return "firing";
  if (says(/^\[?RESOLVED\b|\[RESOLVED\b|\bRESOLVED:/) || says(namedResolved)) return "resolved";
  if (says(namedFires) || says(alertFires)) return "firing";
  // Shouted beside a name: "order-service FIRING", "HighLatency is FIRING".
  if (
    says(/[a-z0-9]-[a-z0-9].{0,80}\bFIRING\b(?!.{0,80}\?)/) ||
    says(new RegExp(`${alertName}(?: (?:is|are|now|still|again)){0,3} FIRING\\b(?!.{0,80}\\?)`))
  )
    return "firing";
  return says(/^\[?(?:(?:new|prod|production|critical|high)\s)?alert\]?\s?[:!]/i) ? "firing" : null;
}

/** The name of the alert that a person's sentence is about; null when none is named. */
export function nameFromPerson(text: string): string | null {
  const head = text.slice(0, HEAD);
  return namedFires.exec(head)?.[1] ?? new RegExp(alertName).exec(head)?.[0] ?? null;
}
