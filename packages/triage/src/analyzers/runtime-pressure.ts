import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { RuntimeMetrics, RuntimeSignal } from "@oncall/tools";
import type { Analyzer } from "../analyzer.ts";
import { quoted, sinceWords } from "../wording.ts";
import { isSuffering } from "./suffering.ts";

interface Meaning {
  readonly code: FindingCode;
  /** The signal, as check_runtime_metrics names it. */
  readonly signal: RegExp;
  /** What must hold besides; a limit that will be reached some day is not yet trouble. */
  readonly when?: (signal: RuntimeSignal) => boolean;
  /** Normal at any level as long as requests are well. */
  readonly needsSymptom?: true;
}

const NEAR_LIMIT = 0.9;
const isGrowing = ({ trend, now, before }: RuntimeSignal) =>
  trend === "rising" && now !== null && before !== null && now > before;
const isNearLimit = ({ share_of_limit }: RuntimeSignal) => (share_of_limit ?? 0) >= NEAR_LIMIT;

const meanings: readonly Meaning[] = [
  { code: "app.gc_pressure", signal: /garbage collection/ },
  { code: "app.memory_leak", signal: /heap$|resident memory$|container memory$/, when: isGrowing },
  { code: "app.deadlock", signal: /deadlocked threads$/ },
  { code: "db.pool_exhausted", signal: /database connections? in use$|waiting for a database connection$/ },
  { code: "app.too_many_files", signal: /open files$/, when: isNearLimit },
  { code: "k8s.cpu_throttled", signal: /throttled periods$/, needsSymptom: true },
];

/** What a runtime or container has too much or too little of, where that names a fault. What only grows with traffic is none. */
export const runtimePressure: Analyzer = {
  codes: meanings.map(({ code }) => code),
  needs: ["check_runtime_metrics", "get_service_health"],
  analyze: (evidence, { now }) =>
    evidence.of("check_runtime_metrics").flatMap(({ data, subject, evidence: id }) =>
      meanings.flatMap(({ code, signal, when, needsSymptom }): Finding[] => {
        if (needsSymptom && !isSuffering(evidence, subject)) return [];
        const pressures = data.pressures.filter((pressure) => {
          if (!signal.test(pressure.signal)) return false;
          const row = rowOf(pressure.signal, data);
          return when === undefined || (row !== undefined && when(row));
        });
        const first = pressures[0];
        if (first === undefined) return [];
        const since = pressures.flatMap((one) => one.since ?? []).sort()[0] ?? null;
        return [
          {
            code,
            subject,
            severity: pressures.some(({ severity }) => severity === "critical") ? "critical" : "warning",
            confidence: pressures.length > 1 ? 0.9 : 0.8,
            since,
            summary: `${quoted(first.summary, 240)}${sinceWords(since, now)}`,
            evidence: [id],
            facts: { signals: pressures.map((one) => one.signal).join(", ") },
          },
        ];
      }),
    ),
};

function rowOf(name: string, { signals }: RuntimeMetrics): RuntimeSignal | undefined {
  return signals.find((row) => `${row.runtime} ${row.name}` === name);
}
