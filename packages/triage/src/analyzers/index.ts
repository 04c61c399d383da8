import type { Analyzer } from "../analyzer.ts";
import { awsEvents } from "./aws-events.ts";
import { configError } from "./config-error.ts";
import { crashLoop } from "./crash-loop.ts";
import { dependencyState } from "./dependency-state.ts";
import { imagePull } from "./image-pull.ts";
import { logPatterns } from "./log-patterns.ts";
import { logSurge } from "./log-surge.ts";
import { notReady } from "./not-ready.ts";
import { oomKilled } from "./oom-killed.ts";
import { probeFailing } from "./probe-failing.ts";
import { recentChange } from "./recent-change.ts";
import { resourceStatus } from "./resource-status.ts";
import { rolloutStuck } from "./rollout-stuck.ts";
import { serviceHealth } from "./service-health.ts";
import { unschedulable } from "./unschedulable.ts";

/** Every analyzer; adding one is a file and a line here. */
export const analyzers: readonly Analyzer[] = [
  awsEvents,
  configError,
  crashLoop,
  dependencyState,
  imagePull,
  logPatterns,
  logSurge,
  notReady,
  oomKilled,
  probeFailing,
  recentChange,
  resourceStatus,
  rolloutStuck,
  serviceHealth,
  unschedulable,
];
