import type { LogLine } from "@oncall/backends";
import { eventsOfText } from "./events.ts";
import type { KnownFailure } from "./known/known-failure.ts";
import { levelOf } from "./level.ts";
import { rememberFailures } from "./remember-failures.ts";
import { rootException } from "./root-exception.ts";
import { type TraceLanguage, traceLanguage } from "./trace-language.ts";

/** One event of a log that is plain text: a line, or a stack trace with all its lines. */
export interface TextLogEvent {
  /** First and last line, counted from 0. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly level: LogLine["level"];
  /** The known failure that it shows, whatever its level. */
  readonly failure: KnownFailure | null;
  /** Of a stack trace; null for any other event. */
  readonly language: TraceLanguage | null;
  /** The root exception as `Type: message`. */
  readonly exception: string | null;
}

/** The events of a log's lines, in order; the same reading that the tools give to lines from a log store. */
export function readLogText(lines: readonly string[]): TextLogEvent[] {
  const failureAt = rememberFailures();
  return eventsOfText(lines).map((event) => ({
    ...event,
    level: levelOf(event.text),
    failure: failureAt(event.text),
    language: traceLanguage(event.text),
    exception: rootException(event.text),
  }));
}
