import type { LogPattern } from "@oncall/catalog";

const MAX_PATTERN = 200;
const MAX_TEXT = 200;
const MAX_UNBOUNDED = 2;

/**
 * Finds which of a service's own patterns an event shows. They come from service.yaml, so only expressions that
 * cannot explode are run as such, over 200 characters: no quantified groups, back references or look-around, and
 * at most two unbounded repeats. Any other is looked for as plain text.
 */
export function ownPatterns(patterns: readonly LogPattern[]): (text: string) => string | null {
  const tests = patterns.map(({ name, pattern }) => ({ name, test: testFor(pattern) }));
  return (text) => tests.find(({ test }) => test(text.slice(0, MAX_TEXT)))?.name ?? null;
}

function testFor(pattern: string): (text: string) => boolean {
  const literal = pattern.toLowerCase();
  const plain = (text: string): boolean => text.toLowerCase().includes(literal);
  if (!isSafe(pattern)) return plain;
  try {
    const expression = new RegExp(pattern, "i");
    return (text) => expression.test(text);
  } catch {
    return plain;
  }
}

function isSafe(pattern: string): boolean {
  const bare = pattern.replace(/\\[^\d k]/g, "_").replace(/\[[^\]]*\]/g, "_");
  const unbounded = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  return (
    pattern.length <= MAX_PATTERN && unbounded <= MAX_UNBOUNDED && !/\)[*+{?]|\\[\dk]|\(\?[=!<]/.test(bare)
  );
}
