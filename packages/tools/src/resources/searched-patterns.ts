import type { Catalog } from "@oncall/catalog";

const MAX_NAMED = 20;

/** What an id without an owner was held against, in words. */
export async function searchedPatterns(catalog: Catalog): Promise<string> {
  const patterns = (await catalog.all()).flatMap(({ name, resources }) =>
    resources.map(({ pattern }) => `${pattern} (${name})`),
  );
  if (patterns.length === 0) return "the catalog, in which no service declares resources";
  const more = patterns.length > MAX_NAMED ? ` and ${patterns.length - MAX_NAMED} more` : "";
  return `the ${patterns.length} resource patterns of the catalog: ${patterns.slice(0, MAX_NAMED).join(", ")}${more}`;
}
