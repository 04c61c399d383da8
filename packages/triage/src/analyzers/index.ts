import type { Analyzer } from "../analyzer.ts";
import { awsEvents } from "./aws-events.ts";
import { dependencyState } from "./dependency-state.ts";
import { kubernetes } from "./kubernetes.ts";
import { logClues } from "./log-clues.ts";
import { logPatterns } from "./log-patterns.ts";
import { logSurge } from "./log-surge.ts";
import { recentChange } from "./recent-change.ts";
import { recurrence } from "./recurrence.ts";
import { resourceStatus } from "./resource-status.ts";
import { runtimePressure } from "./runtime-pressure.ts";
import { serviceHealth } from "./service-health.ts";
import { trafficSurge } from "./traffic-surge.ts";

/** Every analyzer; adding one is a file and a line here. */
export const analyzers: readonly Analyzer[] = [
  awsEvents,
  dependencyState,
  kubernetes,
  logClues,
  logPatterns,
  logSurge,
  recentChange,
  recurrence,
  resourceStatus,
  runtimePressure,
  serviceHealth,
  trafficSurge,
];
