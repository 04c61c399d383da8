import { AppError, nearestNames } from "@oncall/core";
import { bySpecificity, matchesPattern, whyOwner } from "./patterns.ts";
import type { ResourceKind, ResourceOwner, ServiceEntry } from "./types.ts";

/** Every live service at one moment, with what is looked up in it. */
export interface ServiceIndex {
  /** By name. */
  readonly entries: readonly ServiceEntry[];
  /** By name or alias, case-insensitively; a name goes before an alias. */
  find(name: string): ServiceEntry | null;
  /** The same; throws not_found with the nearest names. */
  get(name: string): ServiceEntry;
  nearest(name: string): string[];
  ownerOf(resourceId: string): ResourceOwner | null;
}

export function indexServices(services: readonly ServiceEntry[]): ServiceIndex {
  const entries = [...services].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map<string, ServiceEntry>();
  for (const entry of entries) byName.set(entry.name.toLowerCase(), entry);
  for (const entry of entries) {
    for (const alias of entry.aliases) {
      if (!byName.has(alias.toLowerCase())) byName.set(alias.toLowerCase(), entry);
    }
  }
  const claims = entries
    .flatMap((entry) => entry.resources.map((resource) => claim(entry, resource)))
    .sort(bySpecificity);
  const nearest = (name: string): string[] => nearestNames(name, byName.keys());
  const find = (name: string): ServiceEntry | null => byName.get(name.trim().toLowerCase()) ?? null;
  return {
    entries,
    find,
    nearest,
    get(name) {
      const entry = find(name);
      if (entry !== null) return entry;
      throw notFound(`No service is called "${name}"`, nearest(name));
    },
    ownerOf(id) {
      const [winner, ...others] = claims.filter(({ pattern }) => matchesPattern(pattern, id));
      if (winner === undefined) return null;
      return {
        id,
        service: winner.entry,
        resource: winner.resource,
        why: whyOwner(id, winner, others[0]),
        alsoMatching: others.map(({ service, pattern }) => ({ service, pattern })),
      };
    },
  };
}

/** A not_found that offers the nearest names. */
export function notFound(what: string, near: readonly string[]): AppError {
  const hint = near.length === 0 ? "list_services names all there are" : `did you mean ${near.join(", ")}?`;
  return new AppError("not_found", `${what}: ${hint}${hint.endsWith("?") ? "" : "."}`);
}

function claim(entry: ServiceEntry, resource: ResourceKind) {
  return { service: entry.name, pattern: resource.pattern, entry, resource };
}
