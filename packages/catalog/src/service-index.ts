import { AppError, nearestNames } from "@oncall/core";
import { type Claim, createClaims } from "./claims.ts";
import { whyOwner } from "./patterns.ts";
import type { Naming, ResourceOwner, ServiceEntry } from "./types.ts";
import { namesOf } from "./words.ts";

/** Every live service at one moment, with what is looked up in it; no lookup walks through all of them. */
export interface ServiceIndex {
  /** By name. */
  readonly entries: readonly ServiceEntry[];
  /** By name or alias, case-insensitively; a name goes before an alias. */
  find(name: string): ServiceEntry | null;
  /** The same; throws not_found with the nearest names. */
  get(name: string): ServiceEntry;
  nearest(name: string): string[];
  /** What this word names or belongs to, by service; see `Naming`. */
  named(word: string): readonly Naming[];
  /** The services that declare a dependency of this name, or of another name of the same service. */
  usersOf(name: string): readonly ServiceEntry[];
  /** Every name that a dependency is declared by. */
  dependencyNames(): Iterable<string>;
  ownerOf(resourceId: string): ResourceOwner | null;
}

/** An index that follows the catalog: one service comes or goes at the price of that service. */
export interface LiveIndex extends ServiceIndex {
  /** In place of the one of that name, if there is one. */
  put(entry: ServiceEntry): void;
  remove(name: string): void;
}

export function indexServices(services: readonly ServiceEntry[]): ServiceIndex {
  const index = createServiceIndex();
  for (const service of services) index.put(service);
  return index;
}

export function createServiceIndex(): LiveIndex {
  const byName = new Map<string, ServiceEntry>();
  /** By alias, lower case. */
  const aliased = new Map<string, Set<ServiceEntry>>();
  /** By every word that names a service or something of it. */
  const words = new Map<string, Set<ServiceEntry>>();
  /** By the lower-cased name that they declare a dependency by. */
  const users = new Map<string, Set<ServiceEntry>>();
  const claims = createClaims();
  let sorted: readonly ServiceEntry[] | null = null;

  const places = (entry: ServiceEntry): [Map<string, Set<ServiceEntry>>, string][] => [
    ...entry.aliases.map((alias): [typeof aliased, string] => [aliased, alias.toLowerCase()]),
    ...namesOf(entry).map(({ name }): [typeof words, string] => [words, name.toLowerCase()]),
    ...entry.dependencies.map(({ name }): [typeof users, string] => [users, name.toLowerCase()]),
  ];
  const find = (name: string): ServiceEntry | null => {
    const key = name.trim().toLowerCase();
    return byName.get(key) ?? inOrder(aliased.get(key))[0] ?? null;
  };
  const nearest = (name: string): string[] =>
    nearestNames(name, new Set([...byName.keys(), ...aliased.keys()]));

  function remove(name: string): void {
    const entry = byName.get(name.toLowerCase());
    if (entry === undefined) return;
    byName.delete(name.toLowerCase());
    for (const [map, key] of places(entry)) {
      map.get(key)?.delete(entry);
      if (map.get(key)?.size === 0) map.delete(key);
    }
    claims.remove(entry);
    sorted = null;
  }

  return {
    get entries() {
      sorted ??= inOrder(byName.values());
      return sorted;
    },
    find,
    nearest,
    get(name) {
      const entry = find(name);
      if (entry !== null) return entry;
      throw notFound(`No service is called "${name}"`, nearest(name));
    },
    named(word) {
      const key = word.toLowerCase();
      const namings = [...(words.get(key) ?? [])].flatMap((service) =>
        namesOf(service)
          .filter(({ name }) => name.toLowerCase() === key)
          .map((naming) => ({ ...naming, service })),
      );
      return namings.map((naming) => ({
        ...naming,
        sharing: namings.filter(({ as }) => as === naming.as).length,
      }));
    },
    usersOf(name) {
      const entry = find(name);
      // An alias may be another service's name, which goes before it.
      const declared =
        entry === null ? [name] : [entry.name, ...entry.aliases].filter((one) => find(one) === entry);
      const found = declared.flatMap((one) => [...(users.get(one.trim().toLowerCase()) ?? [])]);
      return inOrder(new Set(found));
    },
    dependencyNames: () => users.keys(),
    ownerOf(id) {
      const [winner, ...others] = claims.of(id);
      if (winner === undefined) return null;
      return {
        id,
        service: winner.entry,
        resource: winner.resource,
        why: whyOwner(id, winner, others[0]),
        alsoMatching: others.map(({ service, pattern }: Claim) => ({ service, pattern })),
      };
    },
    put(entry) {
      remove(entry.name);
      byName.set(entry.name.toLowerCase(), entry);
      for (const [map, key] of places(entry)) map.set(key, (map.get(key) ?? new Set()).add(entry));
      claims.add(entry);
      sorted = null;
    },
    remove,
  };
}

function inOrder(entries: Iterable<ServiceEntry> = []): ServiceEntry[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A not_found that offers the nearest names. */
export function notFound(what: string, near: readonly string[]): AppError {
  const hint = near.length === 0 ? "list_services names all there are" : `did you mean ${near.join(", ")}?`;
  return new AppError("not_found", `${what}: ${hint}${hint.endsWith("?") ? "" : "."}`);
}
