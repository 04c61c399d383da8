import { type FindingCode, findingCodes, type TimeWindow } from "@oncall/core";
import type { Finding, FirstLook } from "@oncall/incidents";
import { withoutPodHash } from "./alert-words.ts";
import { type Answer, answerTo, type CallTool, type Unchecked } from "./collect.ts";
import { evidenceSet, type Observation } from "./evidence.ts";
import type { Graph } from "./graph.ts";
import type { Place } from "./place.ts";
import { type Ranking, rank } from "./rank.ts";
import type { Resolution } from "./resolve.ts";
import { count, lowered, quoted, sinceWords } from "./wording.ts";

interface Look {
  readonly window: TimeWindow;
  readonly now: Date;
  readonly call: CallTool;
  remainingMs(): number;
  readonly signal: AbortSignal;
}

const LEAST_MS = 50;
const MAX_ELSEWHERE = 5;
/** Everything that is found by way of a service. */
const BY_SERVICE: Unchecked = {
  what: "Requests, dependencies, changes, runtime and the log store",
  why: "they are looked up by a service, and no service of the catalog owns this",
};

/** The first look where nothing in the catalog is named: the pods of the place, and the log of the pod. */
export async function lookAtPlace(
  place: Place,
  resolution: Resolution,
  look: Look,
): Promise<Omit<FirstLook, "tookMs">> {
  const answers = await askedAt(place, resolution.onsetHint, look);
  const observations = answers.flatMap(({ observation }) => observation ?? []);
  const here = hereOf(place);
  const findings = merged(observations.flatMap((observation) => findingsOf(observation, place, here)));
  const mine = findings.filter(({ subject }) => subject === here);
  const elsewhere = findings.filter((finding) => !mine.includes(finding));
  const onset = resolution.onsetHint;
  const ranking = rank(mine, evidenceSet([]), alone(here), { now: look.now.toISOString(), onset });
  const symptoms = [...ranking.symptoms, ...elsewhere.slice(0, MAX_ELSEWHERE)];
  return {
    service: null,
    resolution: resolution.reason,
    candidates: resolution.candidates,
    window: look.window,
    onset: ranking.causes.length > 0 ? onset : null,
    verdict: "unknown_service",
    headline: headline(here, place, ranking, elsewhere, observations, look.now),
    causes: ranking.causes,
    symptoms,
    healthy: findings.length > 0 ? [] : observations.flatMap(wellAt),
    unchecked: [...answers.flatMap(({ unchecked }) => unchecked ?? []), BY_SERVICE],
    owner: null,
    blastRadius: [],
    nextSteps: nextSteps(place),
    resource: null,
  };
}

async function askedAt(place: Place, onset: string | null, look: Look): Promise<Answer[]> {
  const { clusters, namespace } = place;
  if (clusters.length === 0) {
    const why = `the alert names namespace "${quoted(namespace, 60)}" and no cluster, and the catalog knows none`;
    return [{ observation: null, unchecked: { what: "Pods", why } }];
  }
  const answers = await Promise.all(clusters.map((cluster) => askedIn(cluster, place, onset, look)));
  // Of several that it may be in, only where it is counts.
  const found = answers.filter((ofOne) => ofOne.some(({ observation }) => observation !== null));
  return (found.length > 0 ? found : answers).flat();
}

async function askedIn(cluster: string, place: Place, onset: string | null, look: Look): Promise<Answer[]> {
  const { namespace, workload, pod } = place;
  const where = `${cluster}/${namespace}`;
  const at = { cluster, namespace };
  const ask = (tool: Observation["tool"], what: string, input: Record<string, unknown>): Promise<Answer> =>
    answerTo(
      { tool, input, what, share: 1 },
      hereOf(place),
      onset,
      Math.max(LEAST_MS, Math.floor(look.remainingMs())),
      look,
    );
  return await Promise.all([
    workload === null
      ? ask("get_pod_status", `Pods of ${where}`, at)
      : ask("get_pod_status", `Pods of ${workload} in ${where}`, { ...at, workload }),
    ...(pod === null ? [] : [ask("get_pod_logs", `Log of ${pod} in ${where}`, { ...at, pod })]),
  ]);
}

/** What the alert is about, as a name: the workload, the pod, else the namespace. */
function hereOf({ namespace, workload, pod }: Place): string {
  const inside = workload ?? pod;
  return inside === null ? `namespace ${namespace}` : `${namespace}/${inside}`;
}

function findingsOf(observation: Observation, place: Place, here: string): Finding[] {
  if (observation.tool === "get_pod_status") {
    return observation.data.findings.map(({ subject, code, severity, confidence, since, summary }) => ({
      code,
      subject: isAbout(subject.name, place) ? here : `${place.namespace}/${subject.name}`,
      severity,
      confidence,
      since,
      summary,
      evidence: [observation.evidence],
    }));
  }
  if (observation.tool !== "get_pod_logs") return [];
  const failed = observation.data.logs.find(
    ({ failures, root_exceptions: roots }) => failures.length + roots.length > 0,
  );
  if (failed === undefined) return [];
  const [failure] = failed.failures;
  const words = failed.root_exceptions[0] ?? failure?.meaning ?? "";
  const isKnown = failure !== undefined && failure.code in findingCodes;
  return [
    {
      code: isKnown ? (failure.code as FindingCode) : "log.errors",
      subject: here,
      severity: "critical",
      confidence: isKnown ? 0.7 : 0.5,
      since: null,
      summary: `${failed.pod}${failed.previous ? " (its run before)" : ""} logged "${quoted(words, 200)}"`,
      evidence: [observation.evidence],
    },
  ];
}

/** Two names may be of one cluster: then both say the same. */
function merged(findings: readonly Finding[]): Finding[] {
  const byWords = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.subject} ${finding.summary}`;
    const same = byWords.get(key);
    byWords.set(
      key,
      same === undefined ? finding : { ...same, evidence: [...same.evidence, ...finding.evidence] },
    );
  }
  return [...byWords.values()];
}

/** A finding is about what the alert names when it is of that very object, of the pod's workload, or of any in the namespace. */
function isAbout(name: string, { workload, pod }: Place): boolean {
  if (workload === null && pod === null) return true;
  return name === workload || name === pod || (pod !== null && withoutPodHash(pod).includes(name));
}

/** Ranking needs a graph; of what no service declares nothing else is known. */
function alone(name: string): Graph {
  const node = { name, type: "internal", critical: true, depth: 0, known: false, onAws: false } as const;
  return {
    root: name,
    nodes: new Map([[name, node]]),
    dependenciesOf: () => [],
    reaches: (from, to) => from === to,
  };
}

function headline(
  here: string,
  { clusters }: Place,
  { causes, symptoms }: Ranking,
  elsewhere: readonly Finding[],
  observations: readonly Observation[],
  now: Date,
): string {
  const [cluster = ""] = clusters;
  const nobody = `No service of the catalog owns ${quoted(here, 120)}${clusters.length === 1 ? ` in ${quoted(cluster, 60)}` : ""}`;
  const found = causes[0] ?? symptoms[0];
  if (found !== undefined) {
    const title = lowered(findingCodes[found.code].title);
    return `${nobody}: ${title}${sinceWords(found.since, now.toISOString())}`;
  }
  if (observations.length === 0) return `${nobody}, and its pods could not be read`;
  return elsewhere.length === 0
    ? `${nobody}; nothing is wrong with its pods as far as can be seen`
    : `${nobody}; nothing is wrong with it as far as can be seen, but with ${count(elsewhere.length, "other thing")} in its namespace`;
}

function wellAt({ tool, data, subject, evidence }: Observation): FirstLook["healthy"][number][] {
  if (tool === "get_pod_logs") return [{ what: `Log of ${subject}: no known failure`, evidence }];
  if (tool !== "get_pod_status") return [];
  const { ready, pods, restarts, completed = 0 } = data.totals;
  const what = `Pods of ${subject}: ${ready} of ${pods - completed} ready, ${count(restarts, "restart")}`;
  return [{ what, evidence }];
}

function nextSteps({ namespace, pod }: Place): string[] {
  const at = `kubectl -n ${namespace}`;
  return [
    pod === null ? `See what runs there: ${at} get pods` : `See the pod: ${at} describe pod ${pod}`,
    "So that its owner is known, add a service.yaml with this deployment.kubernetes to its repository",
  ];
}
