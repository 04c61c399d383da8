import type { Analyzer } from "../analyzer.ts";
import { autoscaler } from "./autoscaler.ts";
import { awsEvents } from "./aws-events.ts";
import { configError } from "./config-error.ts";
import { cpuThrottled } from "./cpu-throttled.ts";
import { crashLoop } from "./crash-loop.ts";
import { createFailed } from "./create-failed.ts";
import { dependencyState } from "./dependency-state.ts";
import { evicted } from "./evicted.ts";
import { imagePull } from "./image-pull.ts";
import { logClues } from "./log-clues.ts";
import { logPatterns } from "./log-patterns.ts";
import { logSurge } from "./log-surge.ts";
import { nodeTrouble } from "./node-trouble.ts";
import { notReady } from "./not-ready.ts";
import { oomKilled } from "./oom-killed.ts";
import { probeFailing } from "./probe-failing.ts";
import { recentChange } from "./recent-change.ts";
import { resourceStatus } from "./resource-status.ts";
import { rolloutStuck } from "./rollout-stuck.ts";
import { runtimePressure } from "./runtime-pressure.ts";
import { serviceHealth } from "./service-health.ts";
import { trafficSurge } from "./traffic-surge.ts";
import { unschedulable } from "./unschedulable.ts";

/** Every analyzer; adding one is a file and a line here. */
export const analyzers: readonly Analyzer[] = [
  autoscaler,
  awsEvents,
  configError,
  cpuThrottled,
  crashLoop,
  createFailed,
  dependencyState,
  evicted,
  imagePull,
  logClues,
  logPatterns,
  logSurge,
  nodeTrouble,
  notReady,
  oomKilled,
  probeFailing,
  recentChange,
  resourceStatus,
  rolloutStuck,
  runtimePressure,
  serviceHealth,
  trafficSurge,
  unschedulable,
];
