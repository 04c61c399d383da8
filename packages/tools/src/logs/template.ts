const MAX_TEMPLATE = 240;

/** What varies from line to line, in the order in which it is masked. Each expression is linear. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/g, "<email>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<ip>"],
  [/\b0x[0-9a-f]{1,16}\b/gi, "<hex>"],
  // Hexadecimal words hold a digit and a letter; a word of letters alone is a word.
  [/\b(?=[a-f]{0,40}\d)(?=\d{0,40}[a-f])[0-9a-f]{8,64}\b/gi, "<hex>"],
  [/\d+(?:[.,]\d+)*/g, "<n>"],
];

/** A log line with its variable parts masked: lines of one statement have one template. The first line only. */
export function templateOf(message: string): string {
  const line = message.split(/\r?\n/, 1)[0]?.trim().slice(0, 1_000) ?? "";
  return masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line).slice(0, MAX_TEMPLATE);
}
