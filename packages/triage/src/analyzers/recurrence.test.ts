import { addMinutes } from "@oncall/core";
import { expect, test } from "vitest";
import { context, evidenceOf, ONSET, seen } from "../acme.fixture.ts";
import type { ToolOutputs } from "../evidence.ts";
import { recurrence } from "./recurrence.ts";

type Earlier = ToolOutputs["get_alert_history"]["incidents"][number];

const daysBefore = (days: number) => addMinutes(ONSET, -days * 24 * 60);

function earlier(days: number, change: Partial<Earlier> = {}): Earlier {
  return {
    id: `inc_${days}`,
    title: "HighErrorRate · order-service",
    same_alert: true,
    severity: "critical",
    started_at: daysBefore(days),
    resolved_at: addMinutes(daysBefore(days), 42),
    cause: { service: "payment-service", code: "k8s.oom_killed", summary: "killed" },
    ...change,
  };
}

function said(...incidents: Earlier[]): string[] {
  const data = {
    service: "order-service",
    window: { from: daysBefore(30), to: ONSET },
    total: incidents.length,
    incidents,
  };
  return recurrence
    .analyze(evidenceOf(seen("get_alert_history", data)), context)
    .map(({ severity, summary }) => `${severity}: ${summary}`);
}

test.each<[string, Earlier[], string | RegExp]>([
  [
    "three times this week",
    [earlier(1), earlier(2), earlier(6)],
    "info: Fourth time in 7 days; the last began at 2026-03-09 03:00 UTC and was resolved after 42 minutes; cause then: payment-service, a container is killed for exceeding its memory limit",
  ],
  ["once, long ago", [earlier(20)], /^info: Second time in 30 days; the last began at 2026-02-18 /],
  ["eleven times", Array.from({ length: 11 }, (_, i) => earlier(i / 2 + 0.5)), /^info: 12th time in 7 days/],
  ["still open", [earlier(1, { resolved_at: null })], /is not resolved/],
  ["nobody found out why", [earlier(1, { cause: null })], /no cause was found then$/],
  [
    "a code that no longer exists",
    [earlier(1, { cause: { service: "a", code: "old.code", summary: "" } })],
    /cause then: a, old\.code$/,
  ],
])("%s", (_, incidents, expected) => {
  const [sentence, ...others] = said(...incidents);
  expect(others).toEqual([]);
  if (typeof expected === "string") expect(sentence).toBe(expected);
  else expect(sentence).toMatch(expected);
});

test("other alerts of the service are no recurrence", () => {
  expect(said(earlier(1, { same_alert: false }))).toEqual([]);
  expect(said()).toEqual([]);
});
