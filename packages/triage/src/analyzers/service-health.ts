import type { Finding } from "@oncall/incidents";
import type { ServiceHealth } from "@oncall/tools";
import type { Analyzer } from "../analyzer.ts";
import { percent, quoted, seconds, sinceWords } from "../wording.ts";

const NOTABLE_ERRORS = 0.01;
const GRAVE_ERRORS = 0.05;
const NOTABLE_RISE = 3;
const NOTABLE_SECONDS = 0.1;
const SLOWDOWN = 2;
const REAL_TRAFFIC_PER_SECOND = 0.05;

/** Symptoms in a service's request metrics against its own quiet time; symptoms only, never causes. */
export const serviceHealth: Analyzer = {
  codes: ["service.error_rate", "service.latency", "service.no_traffic"],
  needs: ["get_service_health"],
  analyze: (evidence, { now }) =>
    evidence.of("get_service_health").flatMap(({ data, subject, evidence: id }): Finding[] => {
      if (data.verdict === "healthy") return [];
      const found: Finding[] =
        data.verdict === "no_traffic"
          ? stopped(data, subject, id, now)
          : [...failing(data, subject, id, now), ...slow(data, subject, id, now)];
      if (found.length > 0 || data.verdict === "no_traffic") return found;
      const summary = data.reasons.map((reason) => quoted(reason)).join("; ") || "Requests are degraded";
      return [symptom("service.error_rate", subject, id, "warning", data.changed_at.error_ratio, summary)];
    }),
};

function failing(data: ServiceHealth, subject: string, id: string, now: string): Finding[] {
  const { now: ratio, before } = data.error_ratio;
  if (ratio === null || ratio < NOTABLE_ERRORS || ratio < (before ?? 0) * NOTABLE_RISE) return [];
  const since = data.changed_at.error_ratio;
  const summary = `${percent(ratio)} of requests fail${sinceWords(since, now)}${before === null ? "" : `, ${percent(before)} before`}`;
  return [
    symptom(
      "service.error_rate",
      subject,
      id,
      ratio >= GRAVE_ERRORS ? "critical" : "warning",
      since,
      summary,
    ),
  ];
}

function slow(data: ServiceHealth, subject: string, id: string, now: string): Finding[] {
  for (const quantile of ["p99", "p95"] as const) {
    const { now: latency, before } = data.latency_seconds[quantile];
    if (latency === null || latency < NOTABLE_SECONDS || before === null || latency < before * SLOWDOWN)
      continue;
    const since = data.changed_at.latency;
    const summary = `${quantile} latency is ${seconds(latency)}${sinceWords(since, now)}, ${seconds(before)} before`;
    return [
      symptom(
        "service.latency",
        subject,
        id,
        latency >= before * 10 ? "critical" : "warning",
        since,
        summary,
      ),
    ];
  }
  return [];
}

function stopped(data: ServiceHealth, subject: string, id: string, now: string): Finding[] {
  const before = data.requests_per_second.before ?? 0;
  // Nothing now and nothing before is a quiet service, which this tool cannot tell from a broken one.
  if (before < REAL_TRAFFIC_PER_SECOND) return [];
  const since = data.changed_at.traffic;
  const summary = `No requests arrive any more${sinceWords(since, now)}, ${Number(before.toPrecision(2))} per second before`;
  return [symptom("service.no_traffic", subject, id, "critical", since, summary)];
}

function symptom(
  code: Finding["code"],
  subject: string,
  evidence: string,
  severity: Finding["severity"],
  since: string | null,
  summary: string,
): Finding {
  return {
    code,
    subject,
    severity,
    confidence: since === null ? 0.8 : 0.95,
    since,
    summary,
    evidence: [evidence],
  };
}
