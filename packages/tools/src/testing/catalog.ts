import {
  type Catalog,
  catalogOf as catalogOver,
  indexServices,
  parseServiceYaml,
  type ServiceEntry,
} from "@oncall/catalog";

/** A catalog over a fixed list of services: the product's own lookups without the store. */
export function catalogOf(entries: readonly ServiceEntry[]): Catalog {
  return catalogOver(indexServices(entries));
}

/** The entry that a service.yaml makes. */
export function entryFrom(yaml: string, repository = "acme/shop", path = "service.yaml"): ServiceEntry {
  const { definition, errors } = parseServiceYaml(yaml);
  if (definition === null) throw new Error(`not a valid service.yaml: ${JSON.stringify(errors)}`);
  return { ...definition, repository, path, commit: "0".repeat(40), syncedAt: "2026-01-31T00:00:00.000Z" };
}
