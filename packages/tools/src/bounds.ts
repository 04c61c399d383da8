/**
 * The words for `omitted` where a backend answered as much as it ever does: there may be more that nobody read.
 * `newest` or `first` says which part it was.
 */
export function boundReached(
  which: "newest" | "first",
  what: string,
  count: number,
  limit: number,
): string[] {
  return count < limit
    ? []
    : [`Only the ${which} ${limit.toLocaleString("en-US")} ${what} were read; there may be more.`];
}

/** Notes as one text; undefined where there are none. */
export function omittedOf(notes: readonly (string | undefined)[]): string | undefined {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? undefined : said.join(" ");
}
