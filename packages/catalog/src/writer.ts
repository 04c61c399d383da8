import type { Sql, TransactionSql } from "postgres";
import type { Holder } from "./plan.ts";
import type { PushEvent } from "./push.ts";
import type { PushMark } from "./push-order.ts";
import { rewriteRows } from "./service-rows.ts";
import type { ServiceDefinition } from "./types.ts";

export interface StoredService extends Holder {
  readonly commit: string;
  readonly definition: ServiceDefinition;
}

/** A resource pattern in force, and whom to tell about it. */
export interface StoredPattern {
  readonly pattern: string;
  readonly service: string;
  readonly team: string;
  readonly slackChannel: string;
  readonly repository: string;
  readonly commit: string;
}

/** The writes of the catalog, all inside the caller's transaction; `push` and `at` say whence and when. */
export interface CatalogWriter {
  /** Waits until no other sync writes; holds until the transaction ends. */
  lock(): Promise<void>;
  /** Live services of the push's repository, and those that hold one of these names. */
  live(names: readonly string[]): Promise<readonly StoredService[]>;
  /** Frees the names and files of these services, for `store` to give out anew within this transaction. */
  free(services: readonly Holder[]): Promise<void>;
  /** Frees them for good; their history stays. */
  archive(services: readonly Holder[]): Promise<void>;
  /** Stores a definition with its rows: over the service `id`, else over an archived one of the name, else new. */
  store(id: string | null, path: string, definition: ServiceDefinition): Promise<void>;
  /** The same definition, seen at another commit. */
  confirm(id: string): Promise<void>;
  /** Remembers that these files are as of this push. */
  mark(paths: readonly string[]): Promise<void>;
  patterns(): Promise<readonly StoredPattern[]>;
  /** Tells readers that the catalog changed. */
  bumpVersion(): Promise<void>;
}

export function catalogWriter(tx: TransactionSql, push: PushEvent, at: Date): CatalogWriter {
  const { repository, repositoryId, after: commit } = push;
  const remember = (id: string, name: string, path: string, definition: ServiceDefinition | null) => tx`
    insert into service_versions (service_id, name, repository, path, commit, definition, recorded_at)
    values (${id}, ${name}, ${repository}, ${path}, ${commit},
      ${definition === null ? null : tx.json(definition as never)}, ${at})`;

  const free = async (services: readonly Holder[]): Promise<void> => {
    await tx`update services set archived_at = ${at} where id = any(${services.map(({ id }) => id)})`;
  };

  return {
    async lock() {
      await tx`select version from catalog_version for update`;
      if (repositoryId !== null) await followRename(tx, repository, repositoryId);
    },

    async live(names) {
      return await tx<StoredService[]>`
        select id, name, repository, path, commit, definition from services
        where archived_at is null and (repository = ${repository} or name = any(${[...names]}))`;
    },

    free,

    async archive(services) {
      await free(services);
      for (const { id, name, path } of services) await remember(id, name, path, null);
    },

    async store(known, path, definition) {
      const id = known ?? (await archivedAs(tx, definition.name));
      const values = {
        name: definition.name,
        team: definition.team,
        repository,
        repository_id: repositoryId,
        path,
        commit,
        definition: tx.json(definition as never),
        synced_at: at,
        archived_at: null,
      };
      const [row] =
        id === null
          ? await tx<{ id: string }[]>`insert into services ${tx(values)} returning id`
          : await tx<{ id: string }[]>`update services set ${tx(values)} where id = ${id} returning id`;
      if (row === undefined) return;
      await remember(row.id, definition.name, path, definition);
      await rewriteRows(tx, row.id, definition);
    },

    async confirm(id) {
      await tx`update services set commit = ${commit}, synced_at = ${at}, repository_id = ${repositoryId}
               where id = ${id}`;
    },

    async mark(paths) {
      if (paths.length === 0) return;
      const rows = paths.map((path) => ({
        repository,
        repository_id: repositoryId,
        path,
        commit,
        before: push.before,
        pushed_at: push.pushedAt,
        head_commit_at: push.headCommitAt,
      }));
      await tx`insert into catalog_files ${tx(rows)}
        on conflict (repository, path) do update set
          repository_id = excluded.repository_id, commit = excluded.commit, before = excluded.before,
          pushed_at = excluded.pushed_at, head_commit_at = excluded.head_commit_at`;
    },

    async patterns() {
      return await tx<StoredPattern[]>`
        select r.pattern, s.name as service, s.team, s.definition ->> 'slackChannel' as "slackChannel",
               s.repository, s.commit
        from service_resources r join services s on s.id = r.service_id
        where s.archived_at is null order by s.name, r.pattern`;
    },

    async bumpVersion() {
      await tx`update catalog_version set version = version + 1`;
    },
  };
}

/** The push that each of these files is as of. */
export async function marksOf(
  sql: Sql | TransactionSql,
  repository: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PushMark>> {
  const rows = await sql<
    { path: string; commit: string; before: string; pushed_at: Date | null; head_commit_at: Date }[]
  >`
    select path, commit, before, pushed_at, head_commit_at from catalog_files
    where repository = ${repository} and path = any(${[...paths]})`;
  return new Map(
    rows.map((row) => [
      row.path,
      {
        commit: row.commit,
        before: row.before,
        pushedAt: row.pushed_at?.toISOString() ?? null,
        headCommitAt: row.head_commit_at.toISOString(),
      },
    ]),
  );
}

/** Paths of the repository's live services. */
export async function livePaths(sql: Sql, repository: string): Promise<string[]> {
  const rows = await sql<{ path: string }[]>`
    select path from services where repository = ${repository} and archived_at is null order by path`;
  return rows.map(({ path }) => path);
}

/** A renamed repository keeps what it declared: its number is the same. */
async function followRename(tx: TransactionSql, repository: string, repositoryId: number): Promise<void> {
  const renamed = await tx`
    update services s set repository = ${repository}
    where repository_id = ${repositoryId} and repository <> ${repository} and not exists (
      select from services o where o.repository = ${repository} and o.path = s.path and o.archived_at is null)
    returning id`;
  if (renamed.length === 0) return;
  await tx`
    update catalog_files f set repository = ${repository}
    where repository_id = ${repositoryId} and repository <> ${repository} and not exists (
      select from catalog_files o where o.repository = ${repository} and o.path = f.path)`;
}

async function archivedAs(tx: TransactionSql, name: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    select id from services where name = ${name} and archived_at is not null
    order by archived_at desc, id desc limit 1`;
  return row?.id ?? null;
}
