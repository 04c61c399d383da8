import { bySpecificity, type ClaimedPattern, literalPrefix, matchesPattern } from "./patterns.ts";
import type { ResourceKind, ServiceEntry } from "./types.ts";

/** A resource pattern with the service that claims it. */
export interface Claim extends ClaimedPattern {
  readonly entry: ServiceEntry;
  readonly resource: ResourceKind;
}

/**
 * The resource patterns by their literal beginning: an id is held against those patterns alone whose beginning is its
 * own, however many there are.
 */
export function createClaims() {
  const byPrefix = new Map<string, Set<Claim>>();
  const ofService = new Map<ServiceEntry, readonly Claim[]>();

  return {
    add(entry: ServiceEntry): void {
      const claims = entry.resources.map((resource): Claim => {
        return { service: entry.name, pattern: resource.pattern, entry, resource };
      });
      ofService.set(entry, claims);
      for (const claim of claims) {
        const prefix = literalPrefix(claim.pattern);
        byPrefix.set(prefix, (byPrefix.get(prefix) ?? new Set()).add(claim));
      }
    },

    remove(entry: ServiceEntry): void {
      for (const claim of ofService.get(entry) ?? []) {
        const prefix = literalPrefix(claim.pattern);
        byPrefix.get(prefix)?.delete(claim);
        if (byPrefix.get(prefix)?.size === 0) byPrefix.delete(prefix);
      }
      ofService.delete(entry);
    },

    /** Those that match, the most specific first. */
    of(id: string): Claim[] {
      const beginnings = Array.from({ length: id.length + 1 }, (_, length) => id.slice(0, length));
      return beginnings
        .flatMap((beginning) => [...(byPrefix.get(beginning) ?? [])])
        .filter(({ pattern }) => matchesPattern(pattern, id))
        .sort(bySpecificity);
    },
  };
}
