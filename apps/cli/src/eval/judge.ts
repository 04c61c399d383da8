import type { Diagnosis, FirstLook } from "@oncall/incidents";
import type { Truth } from "@oncall/sandbox";

export interface Root {
  readonly service: string;
  readonly code: string;
}

export type TrueRoot = Truth["roots"][number];

/** What an answer comes down to: the causes it states, best first, and all its words. */
export interface Answer {
  readonly causes: readonly (Root & { readonly confidence: number; readonly statement: string })[];
  readonly text: string;
}

/** `right` and `quiet` are good; `quiet` is no cause stated in a healthy world. */
export type Verdict = "right" | "wrong" | "abstained" | "quiet" | "false_alarm" | "failed";

export interface Judgement {
  readonly verdict: Verdict;
  readonly healthy: boolean;
  /** The first cause is a true one. */
  readonly top1: boolean;
  /** A true one is among the first three. */
  readonly top3: boolean;
  /** Of the first cause, 0..1; null when none was stated. */
  readonly confidence: number | null;
  /** How many patterns the words must match, and which of them they do not. */
  readonly must_mention: number;
  readonly missing: readonly string[];
  /** How many patterns no stated cause may match, and which of them one does. */
  readonly must_not_claim: number;
  readonly claimed: readonly string[];
}

/** What a right answer says. */
export interface Expected {
  readonly healthy: boolean;
  /** The true causes, each as good an answer as the other; none in a healthy world. */
  readonly roots: readonly TrueRoot[];
  /** Regular expressions, whatever the case of letters. */
  readonly must_mention: readonly string[];
  readonly must_not_claim: readonly string[];
}

/** Holds an answer against the truth; null is a run that gave none. */
export function judge(answer: Answer | null, truth: Expected): Judgement {
  const { roots } = truth;
  const causes = answer?.causes ?? [];
  const [first] = causes;
  const isTrue = (cause: Root): boolean => roots.some((root) => isSame(root, cause));
  const top1 = first !== undefined && isTrue(first);
  const claims = causes.map(({ service, code, statement }) => `${service} ${code}: ${statement}`);
  return {
    verdict: answer === null ? "failed" : verdictOf(first !== undefined, top1, truth.healthy),
    healthy: truth.healthy,
    top1,
    top3: causes.slice(0, 3).some(isTrue),
    confidence: first?.confidence ?? null,
    must_mention: truth.must_mention.length,
    missing: truth.must_mention.filter((pattern) => !matches(pattern, answer?.text ?? "")),
    must_not_claim: truth.must_not_claim.length,
    claimed: truth.must_not_claim.filter((pattern) => claims.some((claim) => matches(pattern, claim))),
  };
}

/** A scenario's truth as far as answers are held against it. */
export function expectedOf({ healthy, roots, must_mention, must_not_claim }: Truth): Expected {
  return { healthy, roots, must_mention, must_not_claim };
}

/** Whether a stated cause is this true one: the same node, and its code or one that is no less right. */
export function isSame(root: TrueRoot, { service, code }: Root): boolean {
  return root.service === service && (root.code === code || root.or?.includes(code) === true);
}

/** `text` is the first look as it was posted; where nothing was said there is none. */
export function firstLookAnswer(look: FirstLook | null, text: string): Answer {
  return {
    causes: (look?.causes ?? []).map(({ service, code, confidence, summary, change }) => ({
      service,
      code,
      confidence,
      statement: [summary, change?.summary, change?.author].filter(Boolean).join("; "),
    })),
    text,
  };
}

export function diagnosisAnswer(diagnosis: Diagnosis): Answer {
  const { headline, impact, root_causes, ruled_out, actions } = diagnosis;
  const text = [
    headline,
    ...root_causes.map(({ service, code, statement }) => `${service} ${code}: ${statement}`),
    impact,
    ...ruled_out.map(({ statement }) => statement),
    ...actions.flatMap(({ title, command, why }) => [title, command ?? "", why]),
  ].join("\n");
  return { causes: root_causes, text };
}

function verdictOf(stated: boolean, top1: boolean, healthy: boolean): Verdict {
  if (healthy) return stated ? "false_alarm" : "quiet";
  if (!stated) return "abstained";
  return top1 ? "right" : "wrong";
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(pattern, "i").test(text);
}
