import { type Static, Type } from "typebox";
import { NullableString, NullableTime, Time, Window } from "./shared.ts";

/** How often and when lines of one kind were logged. */
const Sightings = {
  count: Type.Integer(),
  /** Such lines in the equally long stretch before the onset (or before the window). */
  before: Type.Integer(),
  first_seen: Time,
  last_seen: Time,
  /** Not seen before the onset. */
  is_new: Type.Boolean(),
  example: Type.String(),
  /** The innermost cause of a stack trace, `Type: message`. */
  root_exception: NullableString,
};
export const LogPatternRow = Type.Object({
  /** The line with its variable parts masked. */
  template: Type.String(),
  level: Type.String(),
  ...Sightings,
  /** A finding code of a built-in pattern, or the name of one of the service's own. */
  known_as: NullableString,
  /** Lines per minute over what was read of each stretch: comparable where one was read only in part. */
  per_minute: Type.Optional(Type.Object({ now: Type.Number(), before: Type.Number() })),
  /** Of a stack trace, as java, python, go. */
  language: Type.Optional(Type.String()),
});
export type LogPatternRow = Static<typeof LogPatternRow>;
export const LogPatternsResult = Type.Object({
  service: Type.String(),
  /** What was searched: the index or pattern, or the stream selector of Loki. */
  index: Type.String(),
  window: Window,
  total: Type.Integer(),
  total_before: Type.Integer(),
  /** Lines actually read and grouped; the rest is in `omitted`. */
  sampled: Type.Integer(),
  patterns: Type.Array(LogPatternRow),
});
export type LogPatternsResult = Static<typeof LogPatternsResult>;

export const LogScan = Type.Object({
  service: Type.String(),
  /** As in `LogPatternsResult`. */
  index: Type.String(),
  window: Window,
  /** Log events, a stack trace counted once, read now and in the equally long stretch before. */
  scanned: Type.Object({
    events: Type.Integer(),
    events_before: Type.Integer(),
    /** How many failures were looked for: built-in ones and the service's own. */
    built_in: Type.Integer(),
    own: Type.Integer(),
  }),
  /** New ones first, then by severity and count. */
  matches: Type.Array(
    Type.Object({
      /** Of the built-in failure, or of the service's own pattern. */
      name: Type.String(),
      /** A finding code; null for one of the service's own. */
      code: NullableString,
      own: Type.Boolean(),
      severity: Type.Union([Type.Literal("critical"), Type.Literal("warning"), Type.Literal("info")]),
      meaning: Type.String(),
      hint: Type.String(),
      ...Sightings,
      runbook_url: NullableString,
    }),
  ),
});
export type LogScan = Static<typeof LogScan>;

export const PodLogs = Type.Object({
  service: NullableString,
  cluster: Type.String(),
  namespace: Type.String(),
  /** The most telling pods first; of a container that crashed the previous run before the present one. */
  logs: Type.Array(
    Type.Object({
      pod: Type.String(),
      container: Type.String(),
      previous: Type.Boolean(),
      /** Why this one was read: its state and restarts. */
      state: Type.String(),
      lines_read: Type.Integer(),
      /** Why there are none; null when they were read. */
      missing: NullableString,
      /** What is known to go wrong in these lines. */
      failures: Type.Array(
        Type.Object({
          name: Type.String(),
          code: Type.String(),
          count: Type.Integer(),
          meaning: Type.String(),
        }),
      ),
      root_exceptions: Type.Array(Type.String()),
      /** Lines around what failed and the end, oldest first; what lies between is counted in `skipped`. */
      excerpts: Type.Array(
        Type.Object({
          at: NullableTime,
          /** Lines left out before this one. */
          skipped: Type.Integer(),
          text: Type.String(),
        }),
      ),
    }),
  ),
});
export type PodLogs = Static<typeof PodLogs>;
