import { type FindingCode, findingCodes, minutesBetween } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { DependencyHealthRow, ServiceHealth } from "@oncall/tools";
import { isLogCode, isSurging } from "./analyzers/log-patterns.ts";
import type { Candidate } from "./candidates.ts";
import type { EvidenceSet } from "./evidence.ts";
import { isError } from "./onset.ts";
import type { ServiceEvidence } from "./ranking/index.ts";
import { type Family, type LinkSign, levelBits, MAX_BITS, type Sign, shareBits } from "./signals/index.ts";

const LOOK_BACK_MINUTES = 180;
// Sources date the same moment differently.
const SAME_MOMENT_MINUTES = 10;
// A provider that reports its own trouble leaves as little to ask as AWS Health does.
const TOLD_BY_PROVIDER = 0.8;

// What figures tell by themselves: these findings only put them into words.
const measured: ReadonlySet<FindingCode> = new Set([
  "dependency.degraded",
  "dependency.down",
  "log.error_surge",
  "service.error_rate",
  "service.latency",
  "service.no_traffic",
]);

/** How much a finding's code alone explains, 0..1. */
export function specificityOf({ code, facts }: Pick<Finding, "code" | "facts">): number {
  const { specificity } = findingCodes[code];
  return facts?.how === "status page" ? Math.max(TOLD_BY_PROVIDER, specificity) : specificity;
}

/** The same as bits: 16 for what explains everything and is certain. */
function findingBits(finding: Finding): number {
  return MAX_BITS * specificityOf(finding) * finding.confidence;
}

/** How unlikely it is that a moment of the last three hours falls so close to the onset by chance; 0 when it came after. */
export function coincidenceBits(since: string | null, onset: string | null): number {
  if (since === null || onset === null) return 0;
  const before = minutesBetween(since, onset);
  if (before < -SAME_MOMENT_MINUTES) return 0;
  return Math.max(0, Math.log2(LOOK_BACK_MINUTES / Math.max(SAME_MOMENT_MINUTES, before)));
}

/** What speaks for one candidate: itself and what it explains, each source once; its time; the change behind it. */
export function signsOf(
  { finding, supports, suspicion }: Candidate,
  evidence: EvidenceSet,
  onset: string | null,
): Sign[] {
  const sourceOf = ({ evidence: [id] }: Finding): Family =>
    evidence.all.find((observation) => observation.evidence === id)?.tool ?? "findings";
  const told = [finding, ...supports].filter((each) => each === finding || !measured.has(each.code));
  return [
    ...told.map((each) => up(finding.subject, sourceOf(each), findingBits(each))),
    up(finding.subject, "timing", coincidenceBits(finding.since, onset)),
    ...(suspicion === null
      ? []
      : [up(finding.subject, "change", MAX_BITS * suspicion.relevance * suspicion.closeness)]),
  ];
}

/**
 * All that was collected, as the ranking understands it. Figures stay where they were measured, to be explained along
 * the calls; what is known of a fault counts at its node. A call is anomalous when the fault lies at its callee.
 */
export function inBits(
  evidence: EvidenceSet,
  candidates: readonly Candidate[],
  onset: string | null,
): ServiceEvidence {
  const blamed = new Set(candidates.map(({ finding }) => finding.subject));
  const rows = evidence
    .of("check_dependency_health")
    .flatMap(({ data }) => data.dependencies.map((row) => ({ caller: data.service, row })))
    .filter(({ row }) => row.state !== "unknown");
  return {
    signs: [
      ...candidates.flatMap((candidate) => signsOf(candidate, evidence, onset)),
      ...evidence.of("get_service_health").flatMap(({ subject, data }) => requestSigns(subject, data)),
      ...evidence.of("query_logs").flatMap(({ subject, data }) =>
        data.patterns
          .filter((row) => isError(row.level) && isSurging(row) && !isLogCode(row.known_as))
          .map((row) => {
            const bits = shareBits(row.before, data.total_before, row.count, data.total);
            return up(subject, "errors", bits - Math.log2(data.patterns.length));
          }),
      ),
      ...rows.map(({ row }) => up(row.name, "errors", stateBits(row))),
    ],
    links: [
      ...rows.map(({ caller, row }) => link(caller, row.name, blamed.has(row.name) ? stateBits(row) : 0)),
      ...candidates.flatMap(({ finding, supports }) =>
        [finding, ...supports].flatMap((each) => {
          const caller = each.facts?.reporter;
          return typeof caller === "string" && caller !== finding.subject
            ? [link(caller, finding.subject, findingBits(each))]
            : [];
        }),
      ),
    ],
  };
}

function requestSigns(service: string, health: ServiceHealth): Sign[] {
  if (health.verdict === "healthy") return [];
  const { error_ratio, latency_seconds, requests_per_second: traffic, window, baseline } = health;
  const requests = (rate: number | null, { from, to }: ServiceHealth["window"]) =>
    (rate ?? 0) * 60 * minutesBetween(from, to);
  const [before, now] = [requests(traffic.before, baseline), requests(traffic.now, window)];
  const [usual, ratio] = [error_ratio.before ?? 0, error_ratio.now ?? 0];
  const latencies = [latency_seconds.p99, latency_seconds.p95, health.mean_latency_seconds];
  return [
    up(service, "errors", ratio > usual ? shareBits(usual * before, before, ratio * now, now) : 0),
    ...latencies.map((level) =>
      up(service, "latency", levelBits("latency", level?.before ?? null, level?.now ?? null).up),
    ),
    {
      ...up(service, "traffic", levelBits("traffic", traffic.before, traffic.now).down),
      direction: "down",
    },
  ];
}

function stateBits({ state, how }: DependencyHealthRow): number {
  if (state !== "down" && state !== "degraded") return 0;
  return MAX_BITS * specificityOf({ code: `dependency.${state}`, facts: { how } });
}

function up(service: string, family: Family, bits: number): Sign {
  return { service, family, direction: "up", bits: Math.min(MAX_BITS, bits) };
}

function link(caller: string, callee: string, bits: number): LinkSign {
  return { caller, callee, bits };
}
