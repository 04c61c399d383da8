/** A pattern with `*` and `?` as a regular expression over the whole text. */
export function wildcard(pattern: string, anyCase = false): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, anyCase ? "is" : "s");
}
