import type { Tool } from "../define-tool.ts";
import { checkAwsHealth } from "./check-aws-health.ts";
import { checkDependencyHealth } from "./check-dependency-health.ts";
import { checkRuntimeMetrics } from "./check-runtime-metrics.ts";
import { findResourceOwner } from "./find-resource-owner.ts";
import { getAlertHistory } from "./get-alert-history.ts";
import { getDependencies } from "./get-dependencies.ts";
import { getDependents } from "./get-dependents.ts";
import { getEscalationPath } from "./get-escalation-path.ts";
import { getPodLogs } from "./get-pod-logs.ts";
import { getPodStatus } from "./get-pod-status.ts";
import { getRecentDeploys } from "./get-recent-deploys.ts";
import { getResource } from "./get-resource.ts";
import { getServiceCatalog } from "./get-service-catalog.ts";
import { getServiceHealth } from "./get-service-health.ts";
import { listServices } from "./list-services.ts";
import { queryLogs } from "./query-logs.ts";
import { scanLogPatterns } from "./scan-log-patterns.ts";

/** Every read tool, by name: the list is this folder (a test holds it to that). */
export const readTools: readonly Tool[] = [
  checkAwsHealth,
  checkDependencyHealth,
  checkRuntimeMetrics,
  findResourceOwner,
  getAlertHistory,
  getDependencies,
  getDependents,
  getEscalationPath,
  getPodLogs,
  getPodStatus,
  getRecentDeploys,
  getResource,
  getServiceCatalog,
  getServiceHealth,
  listServices,
  queryLogs,
  scanLogPatterns,
];
