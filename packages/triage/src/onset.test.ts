import { describe, expect, test } from "vitest";
import {
  after,
  awsEvent,
  dependencies,
  evidenceOf,
  failingHealth,
  health,
  line,
  logs,
  NOW,
  ONSET,
  pod,
  pods,
  seen,
} from "./acme.fixture.ts";
import type { Observation } from "./evidence.ts";
import { estimateOnset, lookWindow } from "./onset.ts";

const died = (minutes: number) => ({ reason: "Error", exit_code: 1, at: after(minutes) });
const changedAt = (at: string) => ({ error_ratio: at, latency: null, traffic: null });

const cases: [string, Observation[], string | null, string | null][] = [
  ["the hint, where nothing else tells", [], after(2), after(2)],
  ["nothing without hint and signs", [], null, null],
  ["when the metric left its history", [seen("get_service_health", failingHealth)], after(6), ONSET],
  ["the first new error", [logs([line()])], after(6), after(1)],
  [
    "when the database went down",
    [dependencies([{ state: "down", since: after(-3) }]), logs([line()])],
    after(6),
    after(-3),
  ],
  ["when the AWS issue began", [awsEvent()], after(6), after(-4)],
  [
    "the first container that died",
    [seen("get_pod_status", pods([pod({ container: { last_termination: died(-2) } })]))],
    after(6),
    after(-2),
  ],
  ["a sign without a hint", [logs([line()])], null, after(1)],
  [
    "not a change of a healthy service",
    [seen("get_service_health", health({ changed_at: changedAt(ONSET) }))],
    after(6),
    after(6),
  ],
  ["not errors that were always there", [logs([line({ is_new: false })])], after(6), after(6)],
  [
    "not what happened hours before",
    [seen("get_service_health", { ...failingHealth, changed_at: changedAt(after(-500)) })],
    after(6),
    after(6),
  ],
  ["not what happened long after", [logs([line({ first_seen: after(60) })])], after(6), after(6)],
];

describe("the onset is", () => {
  test.each(cases)("%s", (_, observations, hint, onset) => {
    expect(estimateOnset(evidenceOf(...observations), hint, NOW)).toBe(onset);
  });
});

test.each([
  ["the last hour without a hint", null, after(-30)],
  ["half an hour before the hint", after(-20), after(-50)],
  ["a day at most", after(-6000), after(30 - 1440)],
])("the window is %s", (_, hint, from) => {
  expect(lookWindow(hint, new Date(NOW))).toEqual({ from, to: NOW });
});
