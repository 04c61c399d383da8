import { clock, findingCodes, minutesBetween } from "@oncall/core";
import type { Analyzer } from "../analyzer.ts";
import type { ToolOutputs } from "../evidence.ts";
import { count, span } from "../wording.ts";

type Earlier = ToolOutputs["get_alert_history"]["incidents"][number];

const MINUTES_A_WEEK = 7 * 24 * 60;
const numerals = [
  "First",
  "Second",
  "Third",
  "Fourth",
  "Fifth",
  "Sixth",
  "Seventh",
  "Eighth",
  "Ninth",
  "Tenth",
];

/** The same alert came before: how often, how the last time ended and what it came from. News, never a cause. */
export const recurrence: Analyzer = {
  codes: ["alert.recurring"],
  needs: ["get_alert_history"],
  analyze: (evidence, { now }) =>
    evidence.of("get_alert_history").flatMap(({ data, subject, evidence: id }) => {
      const earlier = data.incidents.filter((incident) => incident.same_alert);
      const [last] = earlier;
      if (last === undefined) return [];
      const thisWeek = earlier.filter(
        ({ started_at }) => minutesBetween(started_at, data.window.to) <= MINUTES_A_WEEK,
      );
      const often =
        thisWeek.length > 0
          ? `${nth(thisWeek.length + 1)} time in 7 days`
          : `${nth(earlier.length + 1)} time in ${count(days(data.window), "day")}`;
      return [
        {
          code: "alert.recurring",
          subject,
          severity: "info",
          confidence: 1,
          since: last.started_at,
          summary: `${often}; the last began at ${clock(last.started_at, now)} and ${ended(last)}; ${causeThen(last)}`,
          evidence: [id],
          facts: { times: earlier.length, this_week: thisWeek.length },
        },
      ];
    }),
};

function nth(times: number): string {
  return numerals[times - 1] ?? `${times}th`;
}

function days({ from, to }: { readonly from: string; readonly to: string }): number {
  return Math.round(minutesBetween(from, to) / (24 * 60));
}

function ended({ started_at, resolved_at }: Earlier): string {
  return resolved_at === null ? "is not resolved" : `was resolved after ${span(started_at, resolved_at)}`;
}

function causeThen({ cause }: Earlier): string {
  if (cause === null) return "no cause was found then";
  const known = Object.hasOwn(findingCodes, cause.code)
    ? findingCodes[cause.code as keyof typeof findingCodes].title.replace(/^[A-Z](?=[a-z ])/, (letter) =>
        letter.toLowerCase(),
      )
    : cause.code;
  return `cause then: ${cause.service}, ${known}`;
}
