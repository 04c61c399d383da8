/** One way in which traces name what went wrong. */
export interface RootReader {
  /** A text without any of them is not read this way. */
  readonly marks: readonly string[];
  /** The cause as `Type: message`; null where the lines hold none of this kind. */
  read(lines: readonly string[]): string | null;
}

/** What the first of the lines that fit has in the pattern's first group. */
export function first(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const hit = pattern.exec(line)?.[1];
    if (hit !== undefined) return hit;
  }
  return null;
}

export function last(lines: readonly string[], pattern: RegExp): string | null {
  return first(lines.toReversed(), pattern);
}
