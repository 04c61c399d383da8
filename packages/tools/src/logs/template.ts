export const MAX_TEMPLATE = 240;
const MAX_LINE = 1_000;

/** Three digits that tell one event from another rather than vary within it. */
const STATUS = String.raw`(?<=\b(?:status|code|http|HTTP\/\d(?:\.\d)?|StatusCode)(?:[ _-]?code)?["']?\s?[:=]?\s?["']?)`;

/**
 * What varies from line to line, in the order in which it is masked, and what a line must hold for it to be there.
 * Each expression is linear.
 */
const masks: readonly (readonly [RegExp, string, mark?: string])[] = [
  [
    /\b\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?/g,
    "<time>",
    ":",
  ],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>", "-"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/g, "<email>", "@"],
  [/\?[\w.%-]{1,100}=[^\s"'<>]{0,400}/g, "?<query>", "?"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<ip>", "."],
  [/\b0x[0-9a-f]{1,16}\b/gi, "<hex>", "0"],
  // Pods of a Deployment: the name stays, hash and suffix go.
  [/-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, "-<pod>", "-"],
  // Hexadecimal words hold a digit and a letter; a word of letters alone is a word.
  [/\b(?=[a-f]{0,40}\d)(?=\d{0,40}[a-f])[0-9a-f]{8,64}\b/gi, "<hex>"],
  // Keys and tokens: long words of letters and digits.
  [/\b(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{32,400}\b/g, "<token>"],
  [new RegExp(String.raw`(?<!\d)(?!${STATUS}\d{3}(?!\d))\d+(?:[.,]\d+)*`, "g"), "<n>"],
];

/** A log line with its variable parts masked: lines of one statement have one template. The first line only. */
export function templateOf(message: string): string {
  return masked(message).slice(0, MAX_TEMPLATE);
}

/** The same, as much of the line as is looked at (1,000 characters): what tells statements apart may come late. */
export function masked(message: string): string {
  const end = message.indexOf("\n");
  const line = (end < 0 ? message : message.slice(0, end)).trim().slice(0, MAX_LINE);
  return masks.reduce(
    (text, [pattern, mask, mark = ""]) => (text.includes(mark) ? text.replace(pattern, mask) : text),
    line,
  );
}
