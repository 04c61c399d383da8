import { dependenciesOf, dependentsOf } from "./graph.ts";
import type { ServiceIndex } from "./service-index.ts";
import type { Catalog } from "./types.ts";

/** The lookups over an index of services: a fixed one, or whatever is current at each question. */
export function catalogOf(source: ServiceIndex | (() => Promise<ServiceIndex>)): Catalog {
  const current = typeof source === "function" ? source : async () => source;
  return {
    get: async (name) => (await current()).get(name),
    find: async (name) => (await current()).find(name),
    all: async () => (await current()).entries,
    named: async (word) => (await current()).named(word),
    nearest: async (name) => (await current()).nearest(name),
    dependencies: async (name, depth) => dependenciesOf(await current(), name, depth),
    dependents: async (name, depth) => dependentsOf(await current(), name, depth),
    ownerOf: async (resourceId) => (await current()).ownerOf(resourceId),
  };
}
