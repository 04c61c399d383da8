import type { ObjectFinding } from "./finding.ts";

/** Shorter words name too much. */
const MIN_WORD = 3;

/**
 * The findings about what the words name (a question, an alert's title), the others behind them; all are about it when
 * the words name none of them. A word names an object by its whole name or by the beginning of it, to a dash.
 */
export function about(
  findings: readonly ObjectFinding[],
  words: string,
): { readonly asked: readonly ObjectFinding[]; readonly others: readonly ObjectFinding[] } {
  const named = [...new Set(words.toLowerCase().match(/[a-z0-9][a-z0-9.-]*[a-z0-9]/g) ?? [])].filter(
    (word) => word.length >= MIN_WORD,
  );
  const fit = (finding: ObjectFinding): number =>
    Math.max(0, ...namesOf(finding).flatMap((name) => named.map((word) => fits(name, word))));
  const rated = findings.map((finding) => ({ finding, fit: fit(finding) }));
  const best = Math.max(0, ...rated.map((one) => one.fit));
  if (best === 0) return { asked: findings, others: [] };
  const pick = (is: (fit: number) => boolean) =>
    rated.filter((one) => is(one.fit)).map(({ finding }) => finding);
  return { asked: pick((one) => one === best), others: pick((one) => one !== best) };
}

/** Its subject, and what its evidence lies in: `Kind/namespace/name#/pointer`. */
function namesOf({ subject, evidence }: ObjectFinding): string[] {
  const seen = evidence.map((address) => address.split("#", 1)[0]?.split("/").at(-1) ?? "");
  return [...new Set([subject.name, ...seen])].map((name) => name.toLowerCase());
}

/** 2: the very name; 1: the name of a part, or the beginning of it. */
function fits(name: string, word: string): number {
  if (name === word) return 2;
  return name.startsWith(`${word}-`) || word.startsWith(`${name}-`) ? 1 : 0;
}
