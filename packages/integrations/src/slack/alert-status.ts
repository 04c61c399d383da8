import type { Alert } from "@oncall/incidents";
import { toneOf } from "./colour.ts";
import type { MessageText } from "./message-text.ts";

type Status = Alert["status"] | null;

/** How far into a message its state is looked for; templates say it at the top. */
const HEAD = 2_000;

/**
 * What a bot's message says of an alert: that it fires, that it is over, or (null) nothing. `source` is who sent
 * it, `bot` when unknown: then the word "alert" alone is not enough, for build and chat bots use it too.
 */
export function statusFromBot({ title, text }: MessageText, source: string, color?: string): Status {
  const head = `${title}\n${text.slice(0, HEAD)}`;
  const begins = title.replace(leadingMarks, "");
  const isMonitor = source !== "bot";
  const tone = toneOf(color);
  if (/\[FIRING\b|^FIRING\b|^\*\*Firing\*\*/m.test(head)) return "firing";
  const said = stateSaid(head, isMonitor);
  // A description may speak of what is well, or who handled it last: the title goes before it.
  const isAnnounced = announcedBy(begins);
  if (
    /\[(?:RESOLVED|OK|Recovered)\b|^RESOLVED\b|\bin OK state\b/im.test(head) ||
    /^(?:Resolved|Recovered|Recovery|Closed|OK)\b/i.test(begins) ||
    said === "resolved" ||
    (isMonitor && (over.test(head) || (!isAnnounced && overFirst.test(firstLines(head)))))
  )
    return "resolved";
  if (handled.test(begins) || (!isAnnounced && notNews.test(firstLines(head)))) return null;
  if (tone === "calm") return null;
  if (isAnnounced || /\bFIRING\b|\[(?:Alerting|Alert|Triggered|No Data|Error)\]/i.test(head)) return "firing";
  if (said === "firing") return "firing";
  if (!isMonitor) return /^alert_?name\s*[:=]/im.test(head) ? "firing" : null;
  if (/\balert(?:s|ing)?\b|\balarm\b|\btriggered\b|\bincident\b/i.test(head) || trouble.test(head))
    return "firing";
  // A new Sentry issue is an alert without saying so; AWS notices (Health, Backup, GuardDuty) say it in colour.
  if (source === "sentry") return "firing";
  return tone === "bad" || tone === "doubtful" ? "firing" : null;
}

/** What only people do with an alert that fires already. */
const handled = /^(?:Acknowledged|Assigned|Reassigned|Snoozed|Muted|Unmuted)\b/i;
const notNews =
  /^\W{0,10}scheduled maintenance\b|^.{0,60}\b(?:acknowledged|reassigned|snoozed) (?:the )?(?:alert|incident|issue|problem)\b/im;
/** How systems that watch something tell that it is well again. */
const over =
  /\b(?:was|is|has been|have been|marked as|automatically|auto-?) ?resolved\b|\bRESOLVED\b|\bRECOVERY\b|\bALARM\s?(?:→|->|=>)\s?OK\b/;
const overFirst =
  /\b(?:alert|issue|incident|problem|check|monitor) (?:was |is |has been |has |automatically )?(?:closed|resolved|recovered)\b|\bhas recovered\b|\bis (?:back )?(?:up|ok|online|healthy|available)\b|\[\W{0,6}up\]/i;
/** And that it is not. */
const trouble =
  /\bis (?:DOWN|CRITICAL|WARNING|UNKNOWN|UNREACHABLE|unhealthy|failing|offline|not responding)\b|\[\W{0,6}Down\]|\bPROBLEM\b|\b(?:has|have) failed\b|\bfired\b|\b[Ii]ssue (?:activated|created|opened)|^\W{0,6}(?:Problem|OPEN|Investigating|Identified|CRITICAL|WARNING|Crash\w*|Failing|Down)\b|\bOK\s?(?:→|->|=>)\s?ALARM\b/m;
/** A title that begins with how bad it is. */
const markedGrave = /^\[(?:CRITICAL|CRIT|WARNING|PROBLEM|DOWN|P[0-3]|SEV-?[0-3])\]/i;

/** `Status: firing`, `State: OK → ALARM`: of an unknown sender only in the words of alerts, which builds do not use. */
function stateSaid(head: string, isMonitor: boolean): Status {
  const hit =
    /^\W{0,6}(?:alert |current |monitor |new )?(?:status|state)\W{0,6}[:\n]\W{0,6}(?:\w{1,20}\s?(?:→|->|=>)\s?)?(\w{1,20})/im.exec(
      head,
    );
  const word = hit?.[1] ?? "";
  if (/^(?:firing|alerting|alarm|triggered)$/i.test(word)) return "firing";
  if (/^resolved$/i.test(word)) return "resolved";
  if (!isMonitor) return null;
  if (/^(?:ok|up|recovered|closed|normal|inactive)$/i.test(word)) return "resolved";
  return /^(?:problem|critical|warning|down|failed|active|open)$/i.test(word) ? "firing" : null;
}

/** A title that begins by saying that something fires, or how bad it is. */
function announcedBy(begins: string): boolean {
  return (
    announced.test(begins) || markedGrave.test(begins) || /^\[(?:Alerting|Triggered|No Data)\]/i.test(begins)
  );
}

function firstLines(head: string): string {
  return head.split("\n", 6).join("\n");
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

/** A sign of danger before the first word. */
export const siren =
  /^\s{0,10}(?::(?:rotating_light|fire|red_circle|large_red_circle|alert|sos|siren):|🚨|🔥|🔴)/u;
const down =
  /\b(?:is|are) (?:down|failing|unreachable|unavailable|broken|timing out|(?:returning|answering|throwing) (?:5\d\d|errors))\b(?!.{0,500}\?\s?$)/i;
const weSeeAlert =
  /^(?:\W{0,10}(?:hey|hi|fyi|all|team|folks)\b){0,3}\W{0,10}(?:we|i)(?:['’]ve| have| see| are seeing| got)\b.{0,60}\balerts? (?:is |are )?(?:firing|fired|triggered)\b(?!.{0,500}\?\s?$)/i;

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
  // Graded, or marked by a siren, and no question.
  if (says(/^\[?(?:P[0-2]|SEV-?[0-2])\]?\s?(?::|[-–—]\s)(?!.{0,500}\?\s?$)/i)) return "firing";
  if (lines.some((line) => siren.test(line) && down.test(line))) return "firing";
  if (says(weSeeAlert)) return "firing";
  return says(/^\[?(?:(?:new|prod|production|critical|high)\s)?alert\]?\s?[:!]/i) ? "firing" : null;
}

/** The name of the alert that a person's sentence is about; null when none is named. */
export function nameFromPerson(text: string): string | null {
  const head = text.slice(0, HEAD);
  return namedFires.exec(head)?.[1] ?? new RegExp(alertName).exec(head)?.[0] ?? null;
}
