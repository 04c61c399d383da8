/**
 * What `filter_path` leaves of an answer: the parts at these dotted paths, through lists; `*` is any one name. As in the
 * real thing, what is left empty goes.
 */
export function filterPath(answer: unknown, paths: readonly string[]): unknown {
  return (
    kept(
      answer,
      paths.map((path) => path.split(".")),
    ) ?? {}
  );
}

function kept(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => kept(item, paths)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const deeper = paths.filter(([first]) => first === key || first === "*").map(([, ...rest]) => rest);
    const left = deeper.length === 0 ? undefined : kept(item, deeper);
    return left === undefined ? [] : [[key, left] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
