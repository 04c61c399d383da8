import { findingCodes } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import type { Draft, ObjectFinding } from "./finding.ts";
import { addressOf, type Resource, say } from "./resource.ts";
import { plural, some } from "./words.ts";

const SEVERITIES = ["info", "warning", "critical"] as const;

interface Root {
  readonly subject: Resource;
  readonly drafts: Draft[];
}

export interface FoldOptions {
  /** Addresses; findings that neither are there nor have a consequence there are left out. */
  readonly about?: ReadonlySet<string> | undefined;
  /** `root`: one finding says it all. `code`: each kind of trouble of a root by itself, for who weighs them himself. */
  readonly grain?: "root" | "code" | undefined;
}

/** What a root's other findings say better. */
const VAGUE = 0.4;

/**
 * What the checks saw, as one finding per root: a pod's trouble is its workload's, a service without endpoints is a
 * consequence of its pods', a pod that cannot be scheduled of its unbound claim. The most serious and most telling
 * comes first.
 */
export function fold(
  drafts: readonly Draft[],
  cluster: Cluster,
  { about, grain = "root" }: FoldOptions = {},
): ObjectFinding[] {
  const roots = new Map<string, Root>();
  for (const draft of drafts) {
    const subject = cluster.rootOf(draft.at);
    const key = addressOf(subject);
    const root = roots.get(key) ?? { subject, drafts: [] };
    root.drafts.push(draft);
    roots.set(key, root);
  }
  for (const root of roots.values()) root.drafts.sort(byWeight);
  const explainedBy = new Map<string, string>();
  for (const [key, root] of roots) {
    const cause = causeOf(root, key, roots, cluster);
    if (cause !== undefined) explainedBy.set(key, cause);
  }
  const consequences = new Map<string, Root[]>();
  for (const [key, root] of roots) {
    const top = topOf(key, explainedBy);
    if (top !== key) consequences.set(top, [...(consequences.get(top) ?? []), root]);
  }
  const concerns = (key: string): boolean =>
    about === undefined ||
    about.has(key) ||
    (consequences.get(key) ?? []).some(({ subject }) => about.has(addressOf(subject)));
  const isExplained = (key: string): boolean => explainedBy.has(key) && topOf(key, explainedBy) !== key;
  return [...roots]
    .filter(([key, root]) => concerns(key) && !root.drafts.every(({ onlyAsSymptom }) => onlyAsSymptom))
    .flatMap(([key, root]) => {
      if (grain === "code") return byCode(root).map((part) => toFinding(part, []));
      return isExplained(key) ? [] : [toFinding(root, consequences.get(key) ?? [])];
    })
    .sort(byRank);
}

/** A root's drafts by their codes, without what is vague beside the others. */
function byCode({ subject, drafts }: Root): Root[] {
  const own = drafts.filter(({ onlyAsSymptom }) => !onlyAsSymptom);
  const codes = [...new Set(own.map(({ code }) => code))];
  const telling = codes.filter((code) => findingCodes[code].specificity >= VAGUE);
  return (telling.length > 0 ? telling : codes).map((code) => ({
    subject,
    drafts: own.filter((draft) => draft.code === code),
  }));
}

/** What is only a symptom never heads; then the more serious, the more specific, the surer, what shows most. */
function byWeight(a: Draft, b: Draft): number {
  return (
    Number(a.onlyAsSymptom ?? false) - Number(b.onlyAsSymptom ?? false) ||
    Number(a.severity === "info") - Number(b.severity === "info") ||
    Number(b.leads ?? false) - Number(a.leads ?? false) ||
    findingCodes[b.code].specificity - findingCodes[a.code].specificity ||
    b.confidence - a.confidence ||
    (b.weight ?? 0) - (a.weight ?? 0) ||
    compare(addressOf(a.at), addressOf(b.at))
  );
}

/** The root that explains what heads this one: its first named cause that has a finding of its own. */
function causeOf(
  root: Root,
  key: string,
  roots: ReadonlyMap<string, Root>,
  cluster: Cluster,
): string | undefined {
  for (const cause of root.drafts[0]?.causes ?? []) {
    const above = addressOf(cluster.rootOf(cause));
    const head = roots.get(above)?.drafts[0];
    if (above !== key && head !== undefined && head.severity !== "info" && !head.onlyAsSymptom) return above;
  }
  return undefined;
}

/** The end of a chain of causes; a circle ends where it began. */
function topOf(key: string, explainedBy: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let here = key;
  for (let next = explainedBy.get(here); next !== undefined; next = explainedBy.get(here)) {
    if (seen.has(next)) return [...seen].sort(compare)[0] ?? key;
    seen.add(next);
    here = next;
  }
  return here;
}

function toFinding({ subject, drafts }: Root, consequences: readonly Root[]): ObjectFinding {
  const [head] = drafts;
  if (head === undefined) throw new Error("A root has at least one draft.");
  const alike = drafts.filter(
    (draft) => draft !== head && draft.code === head.code && draft.container === head.container,
  );
  const pods = [...new Set(alike.map(({ at }) => at.name))].filter((name) => name !== head.at.name);
  // A workload's own verdict says less than what its pod shows.
  const inner =
    head.at.kind === "Pod"
      ? undefined
      : drafts.find(
          (draft) =>
            draft.code !== head.code &&
            draft.severity !== "info" &&
            !draft.onlyAsSymptom &&
            draft.at.kind !== head.at.kind,
        );
  const sentences = [
    head.summary,
    ...(pods.length > 0
      ? [
          `The same in ${plural(pods.length, `more ${head.at.kind.toLowerCase()}`, `more ${head.at.kind.toLowerCase()}s`)}: ${some(pods)}.`,
        ]
      : []),
    ...(inner ? [inner.summary] : []),
    ...(consequences.length > 0
      ? [
          `In consequence: ${some(
            consequences.map((root) => say(root.subject)),
            4,
          )}.`,
        ]
      : []),
  ];
  const evidence = [
    ...new Set(
      [...drafts, ...consequences.flatMap((root) => root.drafts)].flatMap((draft) => draft.evidence),
    ),
  ];
  const since = [head, ...alike].map((draft) => draft.since).filter((at) => at !== undefined);
  return {
    code: head.code,
    severity:
      SEVERITIES[Math.max(...drafts.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? head.severity,
    confidence: head.confidence,
    subject: {
      kind: subject.kind,
      namespace: subject.namespace === "" ? null : subject.namespace,
      name: subject.name,
    },
    ...(head.container === undefined || head.container === "" ? {} : { container: head.container }),
    ...(since.length === 0 ? {} : { since: new Date(Math.min(...since)).toISOString() }),
    summary: sentences.join(" "),
    evidence,
  };
}

function byRank(a: ObjectFinding, b: ObjectFinding): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    findingCodes[b.code].specificity * b.confidence - findingCodes[a.code].specificity * a.confidence ||
    b.evidence.length - a.evidence.length ||
    compare(
      `${a.subject.namespace}/${a.subject.name}/${a.subject.kind}`,
      `${b.subject.namespace}/${b.subject.name}/${b.subject.kind}`,
    )
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
