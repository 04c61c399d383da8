import type { LogPattern } from "@oncall/catalog";

const MAX_PATTERN = 200;
/** How much of a text is looked at, by the number of unbounded repeats: more repeats cost a power more. */
const TEXT_BY_REPEATS = [4_000, 1_000, 200] as const;
/** Steps that all patterns of a service may take together in one answer: seconds at worst, whatever they are. */
const MAX_STEPS = 2e9;
const MAX_CHOICES = 10;

/** A service's own patterns, ready to be looked for. */
export interface OwnPatterns {
  /** The first pattern that the text of an event shows; null when none does. */
  find(text: string): LogPattern | null;
  /** Names of patterns that are looked for as plain text, because as expressions they could explode or are none. */
  readonly plain: readonly string[];
  /** Whether patterns cost so much that the later events were searched for their plain text only. */
  exhausted(): boolean;
}

interface Test {
  readonly pattern: LogPattern;
  readonly literal: string;
  /** Null for plain text. */
  readonly expression: RegExp | null;
  /** How many unbounded repeats it has. */
  readonly repeats: number;
  /** In how many ways its choices combine. */
  readonly ways: number;
}

/**
 * Finds which of a service's own patterns an event shows. They come from service.yaml, so only expressions that
 * cannot explode are run as such: no repeated groups, back references or look-around, few choices, at most two
 * unbounded repeats, over a text that is shorter the more of these there are, and only where their longest literal
 * stands.
 */
export function ownPatterns(patterns: readonly LogPattern[]): OwnPatterns {
  const tests = patterns.map(testFor);
  let steps = 0;
  const shows = ({ literal, expression, repeats, ways }: Test, text: string, lower: string): boolean => {
    if (expression === null || steps > MAX_STEPS) return lower.includes(literal);
    if (!lower.includes(literal)) return false;
    const part = text.slice(0, TEXT_BY_REPEATS[repeats]);
    steps += ways * part.length ** (repeats + 1);
    return expression.test(part);
  };
  return {
    find(text) {
      const start = text.slice(0, TEXT_BY_REPEATS[0]);
      const lower = start.toLowerCase();
      return tests.find((test) => shows(test, start, lower))?.pattern ?? null;
    },
    plain: tests
      .filter((test) => test.expression === null && isExpression(test.pattern.pattern))
      .map((test) => test.pattern.name),
    exhausted: () => steps > MAX_STEPS,
  };
}

function testFor(pattern: LogPattern): Test {
  const source = pattern.pattern.replace(/^\(\?i\)/, "");
  const plain = { pattern, literal: source.toLowerCase(), expression: null, repeats: 0, ways: 1 };
  const cost = isExpression(source) ? costOf(source) : null;
  if (cost === null) return plain;
  try {
    return { pattern, literal: literalOf(source), expression: new RegExp(source, "i"), ...cost };
  } catch {
    return plain;
  }
}

function isExpression(source: string): boolean {
  return /[\\^$.|?*+()[\]{}]/.test(source);
}

/** What an expression may cost at worst; null when it could explode. */
function costOf(source: string): Pick<Test, "repeats" | "ways"> | null {
  if (source.length > MAX_PATTERN) return null;
  const bare = source.replace(/\\[^\d k]/g, "_").replace(/\[[^\]]*\]/g, "_");
  if (/\)[*+{]|\\[\dk]|\(\?[=!<]/.test(bare)) return null;
  const count = (pattern: RegExp): number => bare.match(pattern)?.length ?? 0;
  // A large range multiplies like a repeat without a bound; a small one like a few choices.
  const repeats = count(/[*+]|\{\d+,\}|\{\d*,\d{2,}\}/g);
  const optional = count(/[^*+?(}]\?/g) + 3 * count(/\{\d*,\d\}/g);
  // Outside of groups alternatives are tried one after the other; inside they multiply.
  const choices = optional + (bare.includes("(") ? count(/\|/g) : 0);
  return repeats >= TEXT_BY_REPEATS.length || choices > MAX_CHOICES ? null : { repeats, ways: 2 ** choices };
}

/** The longest run of plain characters that must stand in every match, in lower case; empty when there is none. */
function literalOf(source: string): string {
  if (/[|()]/.test(source.replace(/\\./g, ""))) return "";
  const runs = source
    .replace(/\[[^\]]*\](?:[*+?]|\{[^}]*\})?/g, "\u0000")
    .replace(/\\[a-zA-Z\d](?:[*+?]|\{[^}]*\})?/g, "\u0000")
    .replace(/(?:\\.|[^\\])(?:[*+?]|\{[^}]*\})\??/g, "\u0000")
    .replace(/[.^$]/g, (mark, at: number, all: string) => (all[at - 1] === "\\" ? mark : "\u0000"))
    .replace(/\\(.)/g, "$1")
    .split("\u0000");
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "").toLowerCase();
}
