import type { Catalog, Naming, ServiceEntry } from "@oncall/catalog";
import { addMinutes } from "@oncall/core";
import type { Alert, FirstLook } from "@oncall/incidents";
import {
  type AlertWord,
  alertWords,
  PLAIN,
  possibleIds,
  questionWords,
  targetWords,
  withoutPodHash,
} from "./alert-words.ts";
import { listed, quoted } from "./wording.ts";

/** What an investigation is about: an alert, or what was typed after `/diagnose`. */
export interface Subject {
  readonly alert: Alert | null;
  readonly question: string | null;
  /** A service's name or alias, or a resource's id. */
  readonly target: string | null;
  /** When it began, where whoever asks knows it; ISO 8601. */
  readonly startedAt: string | null;
}

export interface Resolution {
  readonly service: ServiceEntry | null;
  /** Why this service; what was tried when there is none. In words. */
  readonly reason: string;
  /** Others that the alert may mean, strongest first; the nearest names when there is no service. */
  readonly candidates: FirstLook["candidates"];
  /** The id of a resource that a service owns, when one is named. */
  readonly resourceId: string | null;
  /** When it began as far as the subject says, ISO 8601; null when it does not. */
  readonly onsetHint: string | null;
}

interface Candidate {
  readonly service: ServiceEntry;
  readonly score: number;
  readonly reason: string;
}

/** What else it may be is worth a look when it is named at least half as well. */
const RIVAL = 0.5;
const MAX_CANDIDATES = 3;
// Below this only the place agrees.
const LEAST_SCORE = 10;
// Of several with one name, the one whose place the alert names. More than lies between a name and a workload.
const SAME_NAMESPACE = 8;
const SAME_CLUSTER = 6;
const SAME_ENVIRONMENT = 2;
// An alert arrives after its rule's `for`; 5 minutes is what most rules wait.
const TYPICAL_FOR_MINUTES = 5;
const RESOURCE_ID_WEIGHT = 50;

/**
 * The service that an alert or question is about. Every word is looked up among the names, aliases, workloads,
 * Prometheus jobs, namespaces and dependencies of the catalog.
 */
export async function resolve(subject: Subject, catalog: Catalog, now: Date): Promise<Resolution> {
  const words = wordsOf(subject);
  const named = await Promise.all(words.map(({ word }) => catalog.named(word)));
  const ids = await withoutWorkloads(possibleIds(subject.alert, subject.target, subject.question), catalog);
  const owned = await firstOwned(ids, catalog);

  const byWord = new Map(words.map((word) => [word.word, word]));
  const found = words.flatMap((word, i) =>
    (named[i] ?? []).flatMap((naming) => candidateOf(word, naming, byWord)),
  );
  if (owned !== null) found.push(owned.candidate);
  const [best, ...others] = strongestOfEach(found);
  const onsetHint = hint(subject, now);
  if (best === undefined) {
    return {
      service: null,
      reason: whatWasTried(subject, ids, (await catalog.all()).length),
      candidates: await nearest(subject, words, catalog),
      resourceId: null,
      onsetHint,
    };
  }
  const rivals = others.filter(({ score }) => score >= RIVAL * best.score).slice(0, MAX_CANDIDATES);
  return {
    service: best.service,
    reason: best.reason,
    candidates: rivals.map(({ service, reason }) => ({ service: service.name, why: reason })),
    resourceId: owned?.id ?? null,
    onsetHint,
  };
}

function wordsOf({ alert, target, question }: Subject): AlertWord[] {
  if (target !== null) return targetWords(target);
  if (alert !== null) return alertWords(alert);
  return question === null ? [] : questionWords(question);
}

/** A pod's name may fit a resource pattern by chance (`ord-*`); it is no resource. */
async function withoutWorkloads(ids: readonly string[], catalog: Catalog): Promise<string[]> {
  const known = await Promise.all(
    ids.map((id) => Promise.all([id, ...withoutPodHash(id)].map((name) => catalog.named(name)))),
  );
  return ids.filter((_, i) => !known[i]?.flat().some(({ as }) => as === "name" || as === "workload"));
}

/** What a name is to a service, in words, and how much that counts. */
const kinds: Readonly<Record<Exclude<Naming["as"], "dependency">, readonly [number, string]>> = {
  name: [1, "is its name"],
  alias: [0.97, "is an alias of it"],
  workload: [0.95, "is its workload"],
  prometheus_job: [0.95, "is its Prometheus job"],
  grafana_dashboard: [0.9, "is its Grafana dashboard"],
  argocd_app: [0.9, "is its Argo CD application"],
  namespace: [0.6, "is a namespace that only it runs in"],
};

/** None where the word says too little of the service. */
function candidateOf(
  word: AlertWord,
  { service, as, dependency, sharing }: Naming,
  words: ReadonlyMap<string, AlertWord>,
): Candidate[] {
  // A namespace is often a plain word ("test"); in running text it is only that.
  if (as === "namespace" && (sharing > 1 || word.weight <= PLAIN)) return [];
  // Another service that it calls is meant by itself.
  if (dependency?.type === "internal") return [];
  const [kind, is] =
    as === "dependency"
      ? [dependency?.critical ? 0.5 : 0.4, `is a ${dependency?.type} it depends on`]
      : kinds[as];
  if (word.weight * kind < LEAST_SCORE) return [];
  const score = word.weight * kind + agreement(service, words);
  return [{ service, score, reason: `${word.where} ${is}` }];
}

/** How far the alert's other words are about where a service runs. */
function agreement({ deployment }: ServiceEntry, words: ReadonlyMap<string, AlertWord>): number {
  const agrees = (name: string | undefined): boolean => name !== undefined && words.has(name.toLowerCase());
  return (
    (agrees(deployment.kubernetes?.namespace) ? SAME_NAMESPACE : 0) +
    (agrees(deployment.kubernetes?.cluster) ? SAME_CLUSTER : 0) +
    (agrees(deployment.environment) ? SAME_ENVIRONMENT : 0)
  );
}

/** The first id that a resource pattern of the catalog matches, with its owner. */
async function firstOwned(
  ids: readonly string[],
  catalog: Catalog,
): Promise<{ id: string; candidate: Candidate } | null> {
  for (const id of ids) {
    const owner = await catalog.ownerOf(id);
    if (owner === null) continue;
    const reason = `the id ${quoted(id, 60)} matches its resource pattern ${owner.resource.pattern}`;
    return { id, candidate: { service: owner.service, score: RESOURCE_ID_WEIGHT, reason } };
  }
  return null;
}

/** One candidate a service, strongest first; ties by name, so that the same alert always gives the same answer. */
function strongestOfEach(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.service.name);
    if (known === undefined || candidate.score > known.score) best.set(candidate.service.name, candidate);
  }
  return [...best.values()].sort((a, b) => b.score - a.score || (a.service.name < b.service.name ? -1 : 1));
}

function hint({ startedAt, alert }: Subject, now: Date): string | null {
  for (const time of [startedAt, alert?.startedAt]) {
    const at = time == null ? Number.NaN : Date.parse(time);
    // A start in the future or in 1970 is a sender's mistake, not a start.
    if (at <= now.getTime() && at > now.getTime() - 30 * 86_400_000) return new Date(at).toISOString();
  }
  if (alert === null) return null;
  const received = Date.parse(alert.receivedAt);
  const at = Number.isNaN(received) || received > now.getTime() ? now : new Date(received);
  return addMinutes(at, -TYPICAL_FOR_MINUTES);
}

function whatWasTried(subject: Subject, ids: readonly string[], services: number): string {
  const size = `any of the ${services} services in the catalog`;
  if (subject.target !== null) {
    return `"${quoted(subject.target, 80)}" is not the name, alias, workload, Prometheus job or dependency of ${size}, and no resource pattern matches it`;
  }
  if (subject.alert === null) return `the question names neither ${size} nor one of their resources`;
  const labels = Object.keys(subject.alert.labels).map((label) => quoted(label, 40));
  const tried = [
    labels.length === 0 ? "" : `labels (${listed(labels, 8)})`,
    subject.alert.values.length === 0 ? "" : `${subject.alert.values.length} values of the title`,
    "the alert's name",
    "the words of the text",
    ids.length === 0
      ? ""
      : `ids (${listed(
          ids.map((id) => quoted(id, 40)),
          4,
        )})`,
  ].filter((part) => part !== "");
  return `nothing in the alert names ${size}; tried ${tried.join(", ")} against names, aliases, workloads, Prometheus jobs, namespaces, dependencies and resource patterns`;
}

async function nearest(
  subject: Subject,
  words: readonly AlertWord[],
  catalog: Catalog,
): Promise<FirstLook["candidates"]> {
  const asked = subject.target === null ? words.slice(0, 5).map((word) => word.word) : [subject.target];
  const near = new Map<string, string>();
  for (const word of asked) {
    for (const name of await catalog.nearest(word.slice(0, 120))) {
      if (!near.has(name)) near.set(name, `is spelled much like "${quoted(word, 60)}"`);
    }
  }
  return [...near].slice(0, MAX_CANDIDATES).map(([service, why]) => ({ service, why }));
}
