import type { Sql } from "postgres";
import { catalogOf } from "./catalog-of.ts";
import { indexServices, type ServiceIndex } from "./service-index.ts";
import type { Catalog, ServiceDefinition } from "./types.ts";

export interface CatalogOptions {
  /**
   * For how long answers come from memory without asking Postgres whether anything changed. Default 0: each
   * call asks for one number, and a sync is seen by the next call.
   */
  readonly cacheMs?: number;
}

/** The catalog in Postgres. All live services are held in memory and read again when the version grew. */
export function createCatalog(sql: Sql, { cacheMs = 0 }: CatalogOptions = {}): Catalog {
  let held: { index: ServiceIndex; version: string; checkedAt: number } | null = null;
  let running: Promise<ServiceIndex> | null = null;

  const refresh = async (): Promise<ServiceIndex> => {
    const checkedAt = performance.now();
    const current = held === null ? null : await versionOf(sql);
    if (held !== null && held.version === current) held = { ...held, checkedAt };
    else held = { ...(await load(sql)), checkedAt };
    return held.index;
  };
  const current = (): Promise<ServiceIndex> => {
    if (held !== null && performance.now() - held.checkedAt < cacheMs) return Promise.resolve(held.index);
    // Callers that come at once share one question.
    running ??= refresh().finally(() => {
      running = null;
    });
    return running;
  };

  return catalogOf(current);
}

async function versionOf(sql: Sql): Promise<string | null> {
  const [row] = await sql<{ version: string }[]>`select version from catalog_version`;
  return row?.version ?? null;
}

interface Row {
  readonly version: string;
  readonly repository: string | null;
  readonly path: string;
  readonly commit: string;
  readonly synced_at: Date;
  readonly definition: ServiceDefinition;
}

/** Version and services in one statement, so that they belong together. */
async function load(sql: Sql): Promise<{ index: ServiceIndex; version: string }> {
  const rows = await sql<Row[]>`
    select v.version, s.repository, s.path, s.commit, s.synced_at, s.definition
    from catalog_version v left join services s on s.archived_at is null`;
  const entries = rows.flatMap(({ repository, path, commit, synced_at, definition }) =>
    repository === null
      ? []
      : [{ ...definition, repository, path, commit, syncedAt: synced_at.toISOString() }],
  );
  return { index: indexServices(entries), version: rows[0]?.version ?? "" };
}
