import type { Catalog, ServiceEntry } from "@oncall/catalog";
import { clock, findingCodes, type TimeWindow } from "@oncall/core";
import type { Cause, Finding, FirstLook } from "@oncall/incidents";
import type { Unchecked } from "./collect.ts";
import type { EvidenceSet, ToolName } from "./evidence.ts";
import { healthyOnes } from "./healthy.ts";
import { nextSteps } from "./next-steps.ts";
import { partlyUnchecked } from "./partly-unchecked.ts";
import type { Ranking } from "./rank.ts";
import type { Resolution } from "./resolve.ts";
import { count, listed, lowered, quoted, sinceWords } from "./wording.ts";

export interface Material {
  readonly service: ServiceEntry;
  readonly resolution: Resolution;
  readonly window: TimeWindow;
  readonly onset: string | null;
  readonly now: string;
  readonly evidence: EvidenceSet;
  readonly findings: readonly Finding[];
  readonly ranking: Ranking;
  readonly unchecked: readonly Unchecked[];
  /** Catalog entries of the causes' services, where there are any. */
  readonly entries: ReadonlyMap<string, ServiceEntry>;
}

type Said = Omit<FirstLook, "tookMs">;

const MAX_BLAST_RADIUS = 20;
const SURE_AS_WELL = 0.7;

/** The first look as sentences: nothing in them that no evidence shows. */
export function compose(material: Material): Said {
  const { service, resolution, window, now, evidence, findings, ranking, entries } = material;
  const healthy = healthyOnes(evidence, findings, now);
  const unchecked = [...material.unchecked, ...partlyUnchecked(evidence)];
  const verdict = verdictOf(ranking, material);
  return {
    service: service.name,
    resolution: resolution.reason,
    candidates: resolution.candidates,
    window,
    onset: verdict === "nothing_wrong" ? null : material.onset,
    verdict,
    headline: headline(verdict, material, healthy.length, unchecked.length),
    causes: ranking.causes,
    symptoms: ranking.symptoms,
    healthy,
    unchecked,
    owner: { team: service.team, slackChannel: service.slackChannel, pagerAlias: service.pagerAlias },
    blastRadius: blastRadius(evidence),
    nextSteps: steps(verdict, material, (cause) => ({
      evidence,
      root: service,
      owner: entries.get(cause.service) ?? service,
    })),
    resource: resourceOf(evidence),
    ...recurrenceOf(findings),
  };
}

function recurrenceOf(findings: readonly Finding[]): Pick<Said, "recurrence"> {
  const again = findings.find(({ code }) => code === "alert.recurring");
  const [evidence] = again?.evidence ?? [];
  return again === undefined || evidence === undefined
    ? {}
    : { recurrence: { summary: again.summary, evidence } };
}

/** The first look of an alert or a question that names nothing in the catalog. */
export function composeUnknown(resolution: Resolution, window: TimeWindow): Said {
  const near = resolution.candidates.map(({ service }) => service);
  const hint = near.length === 0 ? "" : `; the nearest are ${listed(near)}`;
  return {
    service: null,
    resolution: resolution.reason,
    candidates: resolution.candidates,
    window,
    onset: null,
    verdict: "unknown_service",
    headline: `No known service is named here${hint}`,
    causes: [],
    symptoms: [],
    healthy: [],
    unchecked: [{ what: "Everything", why: "without a service there is nothing to look at" }],
    owner: null,
    blastRadius: [],
    nextSteps: [
      near[0] === undefined
        ? "Ask again with a service's name: /diagnose SERVICE"
        : `Ask again with the name that is meant: /diagnose ${near[0]}`,
      "If the service is missing in the catalog, add a service.yaml to its repository",
    ],
    resource: null,
  };
}

/** Nothing is called well that was not looked at: without its requests, or else its pods and logs, there is no all-clear. */
function verdictOf({ causes, symptoms }: Ranking, { evidence, service }: Material): Said["verdict"] {
  if (causes.length > 0) return "cause_found";
  const read = (tool: ToolName) => evidence.of(tool).some(({ subject }) => subject === service.name);
  const judged = read("get_service_health") || (read("get_pod_status") && read("query_logs"));
  return symptoms.length === 0 && judged ? "nothing_wrong" : "symptoms_only";
}

function headline(
  verdict: Said["verdict"],
  { service, ranking, now, onset, evidence }: Material,
  healthy: number,
  unchecked: number,
): string {
  const missing = unchecked === 0 ? "" : `; ${count(unchecked, "thing")} could not be checked`;
  const [cause] = ranking.causes;
  if (cause !== undefined) return `${causeHeadline(cause, now)}${secondHeadline(ranking.causes, now)}`;
  if (verdict === "nothing_wrong") {
    const rollout = underWay(evidence, service.name) ? "a rollout is under way, " : "";
    return `Nothing is wrong with ${service.name} as far as can be seen: ${rollout}${count(healthy, "check")} well${missing}`;
  }
  if (ranking.symptoms.length > 0) {
    const what = listed(
      ranking.symptoms.map(({ summary, subject }) => `${subject}: ${summary}`),
      2,
    );
    return `No cause found for ${service.name}, only symptoms${sinceWords(onset, now)}. ${what}`;
  }
  return `${service.name} could not be judged, too little could be read${missing}`;
}

/** A second fault in another place that is as sure as the first: both may have to be mended. */
function secondHeadline([first, ...others]: readonly Cause[], now: string): string {
  const second = others.find(
    ({ service, confidence }) => service !== first?.service && confidence >= SURE_AS_WELL,
  );
  if (second === undefined) return "";
  return `; besides, ${second.service}: ${lowered(findingCodes[second.code].title)}${sinceWords(second.since, now)}`;
}

function causeHeadline({ service, code, since, confidence, change }: Cause, now: string): string {
  const is = confidence >= 0.7 ? "the cause" : confidence >= 0.4 ? "the probable cause" : "a possible cause";
  const title = lowered(findingCodes[code].title);
  const by = change?.author === undefined ? "" : ` by ${change.author}`;
  const suspect =
    change === undefined || code.startsWith("change.")
      ? ""
      : `, suspect is the change at ${clock(change.at, now)}${by}`;
  // A change has a moment, all else goes on.
  const when =
    since !== null && code.startsWith("change.") ? `, at ${clock(since, now)}` : sinceWords(since, now);
  return `${service} is ${is}: ${title}${when}${suspect}`;
}

function steps(
  verdict: Said["verdict"],
  { service, ranking, unchecked, evidence }: Material,
  contextOf: Parameters<typeof nextSteps>[1],
): string[] {
  if (verdict === "cause_found") return nextSteps(ranking.causes, contextOf);
  if (verdict === "nothing_wrong") {
    const rule = "If an alert keeps firing, look at its rule: it may be too tight";
    const place = service.deployment.kubernetes;
    if (place === undefined || !underWay(evidence, service.name)) return [rule];
    return [
      `See that the rollout ends: kubectl -n ${place.namespace} rollout status deployment/${place.workload}`,
      rule,
    ];
  }
  const page = `Page ${service.pagerAlias} (${service.team}, ${service.slackChannel})`;
  const [gap] = unchecked;
  return gap === undefined ? [page] : [page, `Check by hand what could not be checked, first: ${gap.what}`];
}

function underWay(evidence: EvidenceSet, service: string): boolean {
  return evidence
    .of("get_pod_status")
    .some(({ subject, data }) => subject === service && data.workload.rollout === "in_progress");
}

/** Who suffers, critical paths marked; declared, not measured. */
function blastRadius(evidence: EvidenceSet): string[] {
  const answers = evidence.of("get_dependents");
  const dependents = answers.flatMap(({ data }) => data.dependents);
  const total = answers.reduce((sum, { data }) => sum + data.total, 0);
  const names = [...dependents]
    .sort(
      (a, b) => Number(b.critical) - Number(a.critical) || a.depth - b.depth || (a.name < b.name ? -1 : 1),
    )
    .map(({ name, critical }) => (critical ? `${name} (critical)` : name));
  const shown = names.slice(0, MAX_BLAST_RADIUS);
  return total > shown.length ? [...shown, `${total - shown.length} more`] : shown;
}

function resourceOf(evidence: EvidenceSet): Said["resource"] {
  const [found] = evidence.of("get_resource");
  if (found === undefined) return null;
  const { id, status, error, found: exists } = found.data;
  return {
    id: quoted(id, 120),
    status: exists ? status : "not found",
    error: error === null ? null : quoted(error, 300),
    evidence: found.evidence,
  };
}

/** The entries of the services that are named as causes, for whom to page and what to roll back. */
export async function entriesOf(
  causes: readonly Cause[],
  catalog: Catalog,
): Promise<ReadonlyMap<string, ServiceEntry>> {
  const entries = await Promise.all(causes.map(({ service }) => catalog.find(service)));
  return new Map(
    causes.flatMap(({ service }, i) => {
      const entry = entries[i];
      return entry == null ? [] : [[service, entry] as const];
    }),
  );
}
