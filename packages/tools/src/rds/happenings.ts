import type { FindingCode } from "@oncall/core";
import { quote } from "../kubernetes/checks/words.ts";
import type { DatabaseEvent } from "./facts.ts";
import type { Instance } from "./instance.ts";
import type { Sign } from "./sign.ts";
import { moment } from "./words.ts";

interface Kind {
  readonly code: FindingCode;
  readonly words: string;
  readonly pattern: RegExp;
}

/** What RDS does to an instance, the gravest first. */
const kinds: readonly Kind[] = [
  {
    code: "db.crashed",
    words: "crashed or was restarted",
    pattern: /\b(restarted|rebooted|shutdown|shut down|crash\w*|recovery of the (DB|database) instance)\b/i,
  },
  { code: "db.failover", words: "failed over", pattern: /\bfail(ed)?[ -]?over\b/i },
  {
    code: "db.maintenance",
    words: "was under maintenance",
    pattern: /\bmaintenance\b|\b(version|engine) upgrade\b|\bpatch(ed|ing)\b/i,
  },
];
/** Told in advance, or advised. */
const ANNOUNCED =
  /\bwill (undergo|be (applied|performed|upgraded|rebooted|restarted))\b|\bnext maintenance window\b|\bscheduled for\b|\bis pending\b|\b(needs?|has) to be\b|\bmust be\b/i;
const OVER = /\b(complete[d]?|finished|is available|restarted|rebooted)\b/i;

/** A failover, a maintenance or a restart within the time that was measured. */
export function happened(instance: Instance): Sign | undefined {
  for (const { code, words, pattern } of kinds) {
    const told = about(instance.events, pattern);
    const [began] = told;
    if (began === undefined) continue;
    const over = instance.events.find(({ at, message }) => at >= began.at && OVER.test(message));
    return {
      code,
      severity: over === undefined ? "critical" : "warning",
      confidence: over === undefined ? 0.9 : 0.75,
      since: began.at,
      summary:
        `DBInstance ${instance.name} ${words}. ` +
        `${told
          .slice(0, 2)
          .map(({ at, message }) => `RDS says at ${moment(at)}: "${quote(message)}"`)
          .join(
            " ",
          )} ${over === undefined ? "No event says that it is over." : `It was over at ${moment(over.at)}.`}`,
      evidence: told.map(({ at }) => `RDS event ${moment(at)}`),
    };
  }
  return undefined;
}

/** What was over before the time that was measured, and so explains nothing in it: a sentence each. */
export function overBefore({ name, earlier, events }: Instance): string[] {
  return kinds.flatMap(({ words, pattern }) => {
    const told = about(earlier, pattern);
    const [first, last] = [told[0], told.at(-1)];
    if (first === undefined || last === undefined || about(events, pattern).length > 0) return [];
    return [
      `DBInstance ${name} ${words} at ${moment(first.at)}, over by ${moment(last.at)}: before what was measured, so not the cause.`,
    ];
  });
}

function about(events: readonly DatabaseEvent[], pattern: RegExp): DatabaseEvent[] {
  return events.filter(({ message }) => pattern.test(message) && !ANNOUNCED.test(message));
}
