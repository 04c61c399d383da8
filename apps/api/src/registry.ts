import { createBackends } from "@oncall/backends";
import { createCatalog } from "@oncall/catalog";
import { type Clock, wallClock } from "@oncall/core";
import { createEvidenceStore, createPastIncidents } from "@oncall/incidents";
import { type Config, connect, createClosers, type Logger, reveal } from "@oncall/platform";
import { createRegistry, type Registry } from "@oncall/tools";

export interface RegistryOptions {
  readonly config: Config;
  /** A migrated database. */
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** The tools without the HTTP edge around them, for MCP over stdio and the command line. */
export function openRegistry({ config, databaseUrl, logger, clock = wallClock }: RegistryOptions): {
  registry: Registry;
  close(): Promise<void>;
} {
  const closers = createClosers({ logger });
  const sql = connect(databaseUrl, { applicationName: "oncall-tools", max: 4 });
  closers.add("database", () => sql.end({ timeout: 5 }));
  const { backends, close } = createBackends(
    { ...reveal(config.backends), github: reveal(config.github) },
    { logger },
  );
  closers.add("backends", close);
  const deps = { ...backends, catalog: createCatalog(sql), incidents: createPastIncidents(sql) };
  const registry = createRegistry({ deps, evidence: createEvidenceStore(sql), now: clock, logger });
  return { registry, close: () => closers.closeAll() };
}
