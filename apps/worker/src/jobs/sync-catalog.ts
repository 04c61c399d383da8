import type { GithubBackend } from "@oncall/backends";
import { type PushEvent, syncPush } from "@oncall/catalog";
import { AppError, type Clock } from "@oncall/core";
import type { Logger, Sql } from "@oncall/platform";

export interface SyncCatalogDeps {
  readonly sql: Sql;
  readonly github: GithubBackend | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One push → the catalog. What is wrong with a service.yaml ends the job well: it is stored for its team to read. */
export async function syncCatalog(
  run: { readonly inboxId: string; readonly push: PushEvent; readonly signal: AbortSignal },
  { sql, github, clock, logger }: SyncCatalogDeps,
): Promise<void> {
  if (!github) {
    throw new AppError(
      "not_configured",
      "GITHUB_TOKEN is not set, so service.yaml cannot be fetched. Set it, restart the worker and replay the job.",
    );
  }
  const outcome = await syncPush(run.push, {
    sql,
    repository: github,
    inboxId: run.inboxId,
    now: clock,
    signal: run.signal,
  });
  logger.info(
    { repository: run.push.repository, commit: run.push.after, sync: outcome.id, outcome: outcome.outcome },
    "catalog synced",
  );
}
