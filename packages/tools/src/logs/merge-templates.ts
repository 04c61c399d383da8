/** So many different words in one place, all else equal, are values of a variable. */
const LEAST_VALUES = 4;
const MAX_WORDS = 40;
/** Names may vary in more than one place: each round finds one. */
const ROUNDS = 3;
const ANY = "<*>";

interface Slot {
  readonly position: number;
  readonly words: Set<string>;
}

/**
 * Which of these templates are one: those that differ in a single word, which has four values or more there, as in
 * "cache miss for anna". Answers the common template of each. Two or three values stay apart: they may be states.
 */
export function mergeTemplates(templates: Iterable<string>): Map<string, string> {
  const merged = new Map<string, string>();
  for (const template of templates) merged.set(template, template);
  for (let round = 0; round < ROUNDS; round++) {
    const slots = slotsOf(new Set(merged.values()));
    let changed = false;
    for (const [template, current] of merged) {
      const next = generalised(current, slots);
      if (next !== current) {
        merged.set(template, next);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return merged;
}

function slotsOf(templates: ReadonlySet<string>): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  for (const template of templates) {
    const words = wordsOf(template);
    words.forEach((word, position) => {
      const key = keyOf(words, position);
      const slot = slots.get(key);
      if (slot === undefined) slots.set(key, { position, words: new Set([word]) });
      else slot.words.add(word);
    });
  }
  return slots;
}

/** The template with the word that varies most replaced; itself where none varies enough. */
function generalised(template: string, slots: ReadonlyMap<string, Slot>): string {
  const words = wordsOf(template);
  let best: Slot | null = null;
  words.forEach((_, position) => {
    const slot = slots.get(keyOf(words, position));
    if (slot !== undefined && slot.words.size >= Math.max(LEAST_VALUES, (best?.words.size ?? 0) + 1))
      best = slot;
  });
  const found: Slot | null = best;
  if (found === null) return template;
  const { position, words: values } = found as Slot;
  return words.with(position, `${commonStart([...values])}${ANY}`).join(" ");
}

function wordsOf(template: string): string[] {
  const words = template.split(" ");
  return words.length < 2 || words.length > MAX_WORDS ? [] : words;
}

function keyOf(words: readonly string[], position: number): string {
  return words.with(position, "\u0000").join(" ");
}

/** `user=` of `user=anna` and `user=ben`: the name of a value is not part of it. */
function commonStart(words: readonly string[]): string {
  const [first = "", ...rest] = words;
  const end = Math.max(first.indexOf("="), first.indexOf(":")) + 1;
  const start = first.slice(0, end);
  return rest.every((word) => word.startsWith(start)) ? start : "";
}
