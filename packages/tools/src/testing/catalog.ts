import {
  type Catalog,
  dependenciesOf,
  dependentsOf,
  indexServices,
  parseServiceYaml,
  type ServiceEntry,
} from "@oncall/catalog";

/** A catalog over a fixed list of services: the product's own lookups without the store. */
export function catalogOf(entries: readonly ServiceEntry[]): Catalog {
  const index = indexServices(entries);
  return {
    get: async (name) => index.get(name),
    find: async (name) => index.find(name),
    all: async () => index.entries,
    nearest: async (name) => index.nearest(name),
    dependencies: async (name, depth) => dependenciesOf(index, name, depth),
    dependents: async (name, depth) => dependentsOf(index, name, depth),
    ownerOf: async (id) => index.ownerOf(id),
  };
}

/** The entry that a service.yaml makes. */
export function entryFrom(yaml: string, repository = "acme/shop", path = "service.yaml"): ServiceEntry {
  const { definition, errors } = parseServiceYaml(yaml);
  if (definition === null) throw new Error(`not a valid service.yaml: ${JSON.stringify(errors)}`);
  return { ...definition, repository, path, commit: "0".repeat(40), syncedAt: "2026-01-31T00:00:00.000Z" };
}
