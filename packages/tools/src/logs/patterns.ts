import type { LogLine } from "@oncall/backends";
import type { LogPatternRow } from "../read/outputs.ts";
import { toEvents } from "./events.ts";
import { knownFailure } from "./known.ts";
import { rootException } from "./root-exception.ts";
import { templateOf } from "./template.ts";

export interface PatternInput {
  readonly lines: readonly LogLine[];
  readonly linesBefore: readonly LogLine[];
  /** Until when things were quiet, ISO 8601: what was first seen earlier is not new. */
  readonly quietUntil: string;
  /** The name of one of the service's own patterns; null when none fits. */
  readonly nameOf: (text: string) => string | null;
}

const MAX_EXAMPLE = 400;
const SURGE = 3;

/** Log lines grouped into patterns, the most telling first: new, surging, by level, by count. */
export function patternsOf({ lines, linesBefore, quietUntil, nameOf }: PatternInput): LogPatternRow[] {
  const before = groups(linesBefore);
  const rows = [...groups(lines)].map(([key, { template, events }]): LogPatternRow => {
    const first = events[0];
    const example = events.at(-1);
    const seenBefore = before.get(key)?.events.length ?? 0;
    const text = `${example?.message ?? ""}\n${example?.stack ?? ""}`;
    const firstSeen = first?.at ?? quietUntil;
    return {
      template,
      level: example?.level ?? "unknown",
      count: events.length,
      before: seenBefore,
      first_seen: firstSeen,
      last_seen: example?.at ?? firstSeen,
      is_new: seenBefore === 0 && firstSeen >= quietUntil,
      example: (example?.message ?? "").slice(0, MAX_EXAMPLE),
      root_exception: rootException(example?.stack ?? example?.message ?? ""),
      known_as: isFailure(example) ? (knownFailure(text) ?? nameOf(text)) : nameOf(text),
    };
  });
  return rows.sort(byWeight);
}

/** A line that says it is well is no failure, whatever words stand in it. */
function isFailure(line: LogLine | undefined): boolean {
  return line !== undefined && line.level !== "info" && line.level !== "debug";
}

interface Group {
  readonly template: string;
  /** Oldest first. */
  readonly events: LogLine[];
}

function groups(lines: readonly LogLine[]): Map<string, Group> {
  const found = new Map<string, Group>();
  for (const event of toEvents(lines)) {
    const template = templateOf(event.message);
    const key = `${event.level} ${template}`;
    const group = found.get(key);
    if (group === undefined) found.set(key, { template, events: [event] });
    else group.events.push(event);
  }
  return found;
}

const levels = ["fatal", "error", "warn", "unknown", "info", "debug"];

function byWeight(a: LogPatternRow, b: LogPatternRow): number {
  return (
    Number(b.is_new) - Number(a.is_new) ||
    Number(isSurging(b)) - Number(isSurging(a)) ||
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    b.count - a.count ||
    (a.template < b.template ? -1 : 1)
  );
}

function isSurging({ count, before }: LogPatternRow): boolean {
  return count >= SURGE * Math.max(1, before);
}
