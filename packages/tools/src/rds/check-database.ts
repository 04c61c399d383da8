import { findingCodes } from "@oncall/core";
import type { ObjectFinding } from "../kubernetes/checks/finding.ts";
import type { CheckReport } from "../kubernetes/checks/index.ts";
import { connectionsFull } from "./connections.ts";
import type { DatabaseFacts } from "./facts.ts";
import { happened, overBefore } from "./happenings.ts";
import { type Instance, instancesOf } from "./instance.ts";
import { cpuSaturated, diskSaturated, locked } from "./load.ts";
import { memoryLow } from "./memory.ts";
import type { MetricName } from "./metrics.ts";
import { replicaBehind } from "./replica-lag.ts";
import { least, most } from "./samples.ts";
import type { Sign, SignCheck } from "./sign.ts";
import { storageFilling, storageFull } from "./storage.ts";
import { bytes, figure } from "./words.ts";

const checks: readonly SignCheck[] = [
  storageFull,
  storageFilling,
  connectionsFull,
  replicaBehind,
  diskSaturated,
  cpuSaturated,
  locked,
  memoryLow,
  happened,
];

/** A full disk stops writes, and then sessions queue up behind each other. */
const consequences: Partial<Record<Sign["code"], readonly Sign["code"][]>> = {
  "disk.full": ["disk.filling", "db.io_saturated", "db.lock_contention", "db.cpu_saturated"],
};
const severityOrder = { critical: 0, warning: 1, info: 2 } as const;

/**
 * What is wrong with RDS instances, by CloudWatch's metrics, RDS's events and Performance Insights: the likeliest root
 * first. Pure. What holds over the last three points holds now; what RDS did before the metrics begin is over.
 */
export function checkDatabase(facts: DatabaseFacts): CheckReport {
  const instances = instancesOf(facts);
  const judged = instances.map((instance) => ({ instance, signs: signsOf(instance) }));
  // A primary whose writes leave its replica behind is named there; it is not well.
  const blamed = new Set(judged.flatMap(({ instance, signs }) => (signs.length > 0 ? instance.primary : [])));
  return {
    findings: judged
      .flatMap(({ instance, signs }) => signs.map((sign) => toFinding(sign, instance)))
      .sort(
        (a, b) =>
          severityOrder[a.severity] - severityOrder[b.severity] ||
          findingCodes[b.code].specificity * b.confidence - findingCodes[a.code].specificity * a.confidence ||
          (a.subject.name < b.subject.name ? -1 : 1),
      ),
    well: [
      ...judged.flatMap(({ instance, signs }) =>
        signs.length === 0 && !blamed.has(instance) ? bounds(instance) : [],
      ),
      ...instances.flatMap(overBefore),
    ],
    notes: [],
  };
}

function signsOf(instance: Instance): Sign[] {
  const signs = checks.flatMap((check) => check(instance) ?? []);
  const explained = signs.flatMap(({ code }) => consequences[code] ?? []);
  return signs.filter(({ code }) => !explained.includes(code));
}

function toFinding(
  { code, severity, confidence, since, summary, evidence }: Sign,
  { name }: Instance,
): ObjectFinding {
  return {
    code,
    severity,
    confidence,
    subject: { kind: "DBInstance", namespace: null, name },
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    summary,
    evidence,
  };
}

const told: readonly (readonly [MetricName, string, (value: number) => string])[] = [
  ["CPUUtilization", "CPU", (value) => `${figure(value)} %`],
  ["DatabaseConnections", "connections", figure],
  ["ReplicaLag", "replica lag", (value) => `${figure(value)} s`],
  ["FreeStorageSpace", "free storage", bytes],
  ["FreeableMemory", "free memory", bytes],
  ["WriteIOPS", "WriteIOPS", figure],
  ["DiskQueueDepth", "disk queue", figure],
];

/** An instance without a finding, with what its main metrics lay between. */
function bounds(instance: Instance): string[] {
  const ranges = told.flatMap(([metric, words, say]) => {
    const samples = instance.metric(metric);
    if (samples.length === 0) return [];
    const [low, high] = [say(least(samples)), say(most(samples))];
    return [`${words} ${low === high ? low : `${low} to ${high}`}`];
  });
  return ranges.length === 0
    ? []
    : [`DBInstance ${instance.name} is within normal bounds: ${ranges.join(", ")}.`];
}
