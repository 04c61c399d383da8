const MAX_STATEMENT = 160;

/**
 * Which statement of a program wrote a log line: its fixed words up to the first value. Coarser than a template on
 * purpose: lists of names after a colon vary with the data, the words before it with the code.
 */
export function statementOf(line: string): string {
  const end = line.indexOf("\n");
  return (
    (end < 0 ? line : line.slice(0, end))
      .slice(0, 4 * MAX_STATEMENT)
      .replace(/^[\s[]*(?:\d{4}-\d{2}-\d{2}[T ])?(?:\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)?[\sZ\]]*/, "")
      // A value follows a colon or an equals sign, in every script.
      .replace(/[:=：].*$/, "")
      // Source lines tell statements apart; other numbers vary within one.
      .replace(/(#?)\d+/g, (number, hash: string) => (hash === "" ? "*" : number))
      .slice(0, MAX_STATEMENT)
  );
}
