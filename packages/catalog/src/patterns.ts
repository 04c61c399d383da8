/** A pattern and the service that claims it. */
export interface ClaimedPattern {
  readonly service: string;
  readonly pattern: string;
}

/** Whether `id` has the shape of `pattern`: `*` stands for any run of characters, none included; case counts. */
export function matchesPattern(pattern: string, id: string): boolean {
  // Greedy with one way back, to the last star: linear in practice, quadratic at worst, never exponential.
  let p = 0;
  let star = -1;
  let resume = 0;
  let i = 0;
  while (i < id.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = i;
    } else if (pattern[p] === id[i]) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return id.length > 0 && p === pattern.length;
}

/**
 * The most specific first (SPEC §4.3): longest literal prefix, then fewest wildcards, then most literal
 * characters, then the service's name, so that the answer is the same each time.
 */
export function bySpecificity(a: ClaimedPattern, b: ClaimedPattern): number {
  return (
    literalPrefix(b.pattern).length - literalPrefix(a.pattern).length ||
    wildcardsIn(a.pattern) - wildcardsIn(b.pattern) ||
    literalsIn(b.pattern) - literalsIn(a.pattern) ||
    compareText(a.service, b.service) ||
    compareText(a.pattern, b.pattern)
  );
}

/** Why `winner` owns `id` rather than `next`, the strongest other pattern that matches, in a sentence. */
export function whyOwner(id: string, winner: ClaimedPattern, next: ClaimedPattern | undefined): string {
  const match = `${id} matches "${winner.pattern}" of ${winner.service}`;
  if (next === undefined) return `${match}, the only pattern that does.`;
  const other = `"${next.pattern}" of ${next.service}`;
  const prefix = literalPrefix(winner.pattern);
  if (prefix.length > literalPrefix(next.pattern).length) {
    return `${match}, whose literal start "${prefix}" is longer than that of ${other}.`;
  }
  if (wildcardsIn(winner.pattern) < wildcardsIn(next.pattern)) {
    return `${match}, which has fewer wildcards than ${other}.`;
  }
  if (literalsIn(winner.pattern) > literalsIn(next.pattern)) {
    return `${match}, which spells out more of the id than ${other}.`;
  }
  return `${match}; ${other} is as specific, and the first by name is taken.`;
}

/** Whether some id matches both patterns. */
export function overlaps(a: string, b: string): boolean {
  const shared = Math.min(literalPrefix(a).length, literalPrefix(b).length);
  if (a.slice(0, shared) !== b.slice(0, shared)) return false;
  // reachable[j]: the part of `a` read so far and b[0..j) can stand for one and the same text.
  let reachable = leadingStars(b);
  for (const char of a) {
    const next = [char === "*" && reachable[0] === true];
    for (let j = 1; j <= b.length; j++) {
      const other = b[j - 1];
      const starred = char === "*" || other === "*";
      // A star stands for nothing, or swallows one more character of the other side and stays.
      next[j] = starred
        ? reachable[j] === true || next[j - 1] === true
        : char === other && reachable[j - 1] === true;
    }
    reachable = next;
  }
  return reachable[b.length] === true;
}

/** Before anything of the other pattern is read, only leading stars can be passed. */
function leadingStars(pattern: string): boolean[] {
  const reach = [true];
  for (const char of pattern) reach.push(char === "*" && reach.at(-1) === true);
  return reach;
}

/** What stands before the first wildcard. */
export function literalPrefix(pattern: string): string {
  const star = pattern.indexOf("*");
  return star < 0 ? pattern : pattern.slice(0, star);
}

function wildcardsIn(pattern: string): number {
  return pattern.split("*").length - 1;
}

function literalsIn(pattern: string): number {
  return pattern.length - wildcardsIn(pattern);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
