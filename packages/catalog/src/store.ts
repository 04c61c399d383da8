import type { Sql } from "postgres";
import { catalogOf } from "./catalog-of.ts";
import { createServiceIndex, type ServiceIndex } from "./service-index.ts";
import type { Catalog, ServiceDefinition } from "./types.ts";

export interface CatalogOptions {
  /**
   * For how long answers come from memory without asking Postgres whether anything changed. Default 0: each
   * call asks, and a sync is seen by the next call.
   */
  readonly cacheMs?: number;
}

/**
 * The catalog in Postgres. All live services are held in memory; what has changed since is asked for in one question,
 * whose answer is as long as the change.
 */
export function createCatalog(sql: Sql, { cacheMs = 0 }: CatalogOptions = {}): Catalog {
  let copy = emptyCopy();
  let checkedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<ServiceIndex> | null = null;

  const refresh = async (): Promise<ServiceIndex> => {
    const began = performance.now();
    const changes = await changesSince(sql, copy.version);
    if (changes.wholeSince > copy.version && copy.version !== NOTHING_READ) {
      const fresh = emptyCopy();
      copy = apply(fresh, await changesSince(sql, fresh.version));
    } else copy = apply(copy, changes);
    checkedAt = began;
    return copy.index;
  };
  const current = (): Promise<ServiceIndex> => {
    if (performance.now() - checkedAt < cacheMs) return Promise.resolve(copy.index);
    // Callers that come at once share one question.
    running ??= refresh().finally(() => {
      running = null;
    });
    return running;
  };

  return catalogOf(current);
}

/** A version that comes before the first. */
const NOTHING_READ = -1;

function emptyCopy() {
  return {
    index: createServiceIndex(),
    /** The name under which each row is in the index, by the row's id. */
    names: new Map<string, string>(),
    version: NOTHING_READ,
  };
}

type Copy = ReturnType<typeof emptyCopy>;

/** What left goes first: its name may be another's now. */
function apply({ index, names }: Copy, { rows, version }: Changes): Copy {
  for (const { id } of rows) {
    const name = names.get(id);
    if (name !== undefined) index.remove(name);
    names.delete(id);
  }
  for (const { id, archived_at, repository, path, commit, synced_at, definition } of rows) {
    if (archived_at !== null) continue;
    index.put({ ...definition, repository, path, commit, syncedAt: synced_at.toISOString() });
    names.set(id, definition.name);
  }
  return { index, names, version };
}

interface Row {
  readonly id: string;
  readonly repository: string;
  readonly path: string;
  readonly commit: string;
  readonly synced_at: Date;
  readonly archived_at: Date | null;
  readonly definition: ServiceDefinition;
}

interface Changes {
  readonly version: number;
  /** Copies older than this version cannot be brought up to date: rows are gone for good. */
  readonly wholeSince: number;
  readonly rows: readonly Row[];
}

/** Version and services in one statement, so that they belong together. */
async function changesSince(sql: Sql, version: number): Promise<Changes> {
  const rows = await sql<(Row & { version: string; whole_since: string })[]>`
    select v.version, v.whole_since,
           s.id, s.repository, s.path, s.commit, s.synced_at, s.archived_at, s.definition
    from catalog_version v
    left join services s on s.changed_in > ${version} and (${version} >= 0 or s.archived_at is null)`;
  return {
    version: Number(rows[0]?.version ?? 0),
    wholeSince: Number(rows[0]?.whole_since ?? 0),
    rows: rows.filter(({ id }) => id !== null),
  };
}
