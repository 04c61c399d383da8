/** A number where the words are one, as in an int-or-string field. */
export function scalarOrText(words: string): number | string {
  return /^\d+$/.test(words) ? Number(words) : words;
}
