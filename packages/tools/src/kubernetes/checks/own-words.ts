import type { FindingCode } from "@oncall/core";
import { eventsOfText } from "../../logs/events.ts";
import { knownFailure } from "../../logs/known.ts";
import { rootException } from "../../logs/root-exception.ts";
import type { ContainerLogs } from "./cluster.ts";
import { quote } from "./words.ts";

const LAST_LINES = 200;
const MAX_QUOTED = 3;
const MAX_WEIGHED = 8;

const TROUBLE =
  /\b(fatal|panic|error|exception|fail(ed|ure|s|ing)?|denied|refus\w+|cannot|can't|could not|couldn't|unable|unavailable|unreachable|bad address|not (set|found|ready|defined|allowed)|no such|missing|invalid|unknown|required|rejected|timed? ?out|timeout|traceback|abort\w*|read-only|stale|waiting for|locked|lock held|warn(ing)?)\b/i;
/** What the node answers for a container whose log is gone. */
const LOG_IS_GONE = /^unable to retrieve container logs/;

const SETTING =
  /\b(config(uration)?|settings?|env(ironment)?( var(iable)?)?s?|propert(y|ies)|flag|option|parameter)\b|\b(ya?ml|toml|json|ini): |\.(ya?ml|toml|ini|properties|conf|env|json)\b|\b[A-Z][A-Z0-9]+(_[A-Z0-9]+)+\b/;
/** As busybox and nslookup say it. */
const DNS = /\bbad address ['"`]|can't resolve ['"`]|server can't find|no servers could be reached/;
const MISSING =
  /\b(not set|unset|missing|is required|required but|must be set|not defined|undefined|empty|no value)\b/i;
const WRONG =
  /\b(unknown|invalid|malformed|unrecogni[sz]ed|rejected|unsupported|bad value|cannot (parse|decode)|(failed|unable) to (parse|decode|load|read)|(parse|parsing|syntax|validation) error|unexpected|expected|out of range|parsing|is not an?|must be|mapping values|cannot unmarshal|duplicate key)\b/i;

/** What a container that went down said about it. */
export interface OwnWords {
  /** At most three lines, the most telling ones, in the order written. */
  readonly lines: readonly string[];
  readonly code: FindingCode | null;
}

/**
 * The last trouble in a container's log: root exception of its last stack trace, or its last lines that speak of
 * trouble. The dead container's log is preferred to that of the one that runs now.
 */
export function ownWords({ current, previous }: ContainerLogs, from: "dead" | "running" = "dead"): OwnWords {
  const readable = (lines: readonly string[]) =>
    lines.filter((line) => line.trim() !== "" && !LOG_IS_GONE.test(line));
  const [first, second] = from === "dead" ? [readable(previous), readable(current)] : [readable(current), []];
  const told = troubleIn(first);
  return told.lines.length > 0 ? told : troubleIn(second);
}

function troubleIn(lines: readonly string[]): OwnWords {
  const events = eventsOfText(lines.slice(-LAST_LINES)).filter(({ text }) => TROUBLE.test(text));
  // Attempts differ by their number only: the last one stands for them.
  const alike = new Map<string, string>();
  for (const { text } of events) {
    const shape = text.replace(/\d+/g, "#");
    alike.delete(shape);
    alike.set(shape, text);
  }
  const texts = [...alike.values()].slice(-MAX_WEIGHED);
  const telling = texts.find((text) => codeOf(text) !== null);
  const quoted = texts.filter((text, index) => text === telling || index >= texts.length - MAX_QUOTED + 1);
  return {
    lines: quoted.slice(0, MAX_QUOTED).map((text) => quote(rootException(text) ?? text, 200)),
    code: telling === undefined ? null : codeOf(telling),
  };
}

function codeOf(text: string): FindingCode | null {
  const known = knownFailure(text);
  if (known !== null) return known;
  const line = text.split("\n", 1)[0] ?? "";
  if (DNS.test(line)) return "network.dns";
  if (!SETTING.test(line)) return null;
  if (MISSING.test(line)) return "app.config_missing";
  return WRONG.test(line) ? "app.config_invalid" : null;
}
