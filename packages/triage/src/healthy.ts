import { clock } from "@oncall/core";
import type { Finding, FirstLook } from "@oncall/incidents";
import { followsLoad } from "./analyzers/touches.ts";
import type { EvidenceSet } from "./evidence.ts";
import { isChange } from "./explain-away.ts";
import { count, listed, percent, quoted, seconds } from "./wording.ts";

type Healthy = FirstLook["healthy"][number];

/** What was checked and found well, with its figures; an answer with a finding of its own is not listed. */
export function healthyOnes(evidence: EvidenceSet, findings: readonly Finding[], now: string): Healthy[] {
  const guilty = new Set(
    findings
      .filter((finding) => finding.severity !== "info" && !isChange(finding))
      .flatMap((finding) => finding.evidence),
  );
  const found: Healthy[] = [];
  const well = (id: string, what: string) => found.push({ what, evidence: id });

  for (const { subject, evidence: id, data } of evidence.of("get_service_health")) {
    if (data.verdict === "healthy") well(id, `Requests of ${subject}${requests(data)}`);
  }
  for (const { subject, evidence: id, data } of evidence.of("get_pod_status")) {
    if (guilty.has(id)) continue;
    const { workload, totals } = data;
    const rollout =
      workload.rollout === "in_progress"
        ? `; a rollout is under way${workload.rollout_started_at === null ? "" : ` since ${clock(workload.rollout_started_at, now)}`}, ${workload.updated} of ${workload.desired} updated, which is normal`
        : "";
    // Pods of jobs come and go: what tells is how the runs ended.
    if (/^(?:Cron)?Job$/.test(workload.kind)) {
      well(id, `${workload.kind} ${workload.name}: ${quoted(workload.rollout_note ?? "no run", 200)}`);
      continue;
    }
    well(
      id,
      `Pods of ${subject}: ${totals.ready} of ${totals.pods} ready, ${count(totals.restarts, "restart")}${rollout}`,
    );
  }
  for (const { subject, evidence: id, data } of evidence.of("query_logs")) {
    if (!guilty.has(id))
      well(id, `Logs of ${subject}: no new or surging errors in ${count(data.total, "line")}`);
  }
  for (const { subject, evidence: id, data } of evidence.of("check_runtime_metrics")) {
    if (data.pressures.length === 0)
      well(
        id,
        `Runtime of ${subject} (${listed(data.runtimes)}): nothing near a limit, nothing that only grows`,
      );
  }
  for (const { evidence: id, data } of evidence.of("check_dependency_health")) {
    const names = data.dependencies.filter((row) => row.state === "healthy").map((row) => row.name);
    if (names.length > 0) well(id, `Dependencies of ${data.service}: ${listed(names, 8)} healthy`);
  }
  for (const { subject, evidence: id, data } of evidence.of("check_aws_health")) {
    if (guilty.has(id)) continue;
    const places = [...new Set(data.checked.map((one) => `${one.aws_service} in ${one.region}`))];
    if (places.length > 0) well(id, `AWS: no open issue for ${listed(places)}, which ${subject} depends on`);
  }
  const changed = new Set(findings.filter(isChange).map(({ subject }) => subject));
  for (const { subject, evidence: id, data } of evidence.of("get_recent_deploys")) {
    if (changed.has(subject) || !data.sources.some((source) => source.checked)) continue;
    const none =
      data.deploys.length === 0
        ? `none since ${clock(data.window.from, now)}`
        : data.deploys.every(followsLoad)
          ? `only the autoscaler follows the load (${quoted(data.deploys[0]?.title ?? "", 120)})`
          : `of ${data.deploys.length} seen, none changed what ran when it began`;
    well(id, `Changes of ${subject}: ${none}`);
  }
  for (const { evidence: id, data } of evidence.of("get_resource")) {
    if (data.found && !guilty.has(id)) {
      well(id, `${data.type} ${quoted(data.id, 60)}: ${quoted(data.status ?? "found", 60)}`);
    }
  }
  return found;
}

function requests(data: {
  readonly error_ratio: { readonly now: number | null };
  readonly latency_seconds: { readonly p99: { readonly now: number | null } };
}): string {
  const parts = [
    data.error_ratio.now === null ? [] : [`${percent(data.error_ratio.now)} fail`],
    data.latency_seconds.p99.now === null ? [] : [`p99 ${seconds(data.latency_seconds.p99.now)}`],
  ].flat();
  return parts.length === 0 ? ": as before" : `: ${parts.join(", ")}, as before`;
}
