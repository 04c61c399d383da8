import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Closers,
  connect,
  createDatabase,
  createQueue,
  dropDatabase,
  type Logger,
  migrate,
  startEmbeddedPostgres,
} from "@oncall/platform";
import type { TemplateDatabase } from "../demo/company.ts";

/** One migrated database that every run copies: on `serverUrl`, else on an embedded server that all share. */
export async function openTemplateDatabase(
  serverUrl: string | undefined,
  logger: Logger,
  closers: Closers,
): Promise<TemplateDatabase> {
  const server = serverUrl || (await embedded(logger, closers));
  const template = `oncall_eval_${randomBytes(4).toString("hex")}`;
  const url = await createDatabase(server, template);
  closers.add("template database", () => dropAll(server, template));
  await migrate(url, { logger });
  // The queue brings its own tables up to date when it is opened.
  const queue = await createQueue({ databaseUrl: url, prefix: template, logger });
  await queue.close();
  return { serverUrl: server, template };
}

/** The template and whatever copy of it a slot that was ended left behind. */
async function dropAll(server: string, template: string): Promise<void> {
  const sql = connect(server, { max: 1, applicationName: "oncall-eval" });
  try {
    const left = await sql<{ datname: string }[]>`
      select datname from pg_database where starts_with(datname, ${template})`;
    for (const { datname } of left) await dropDatabase(server, datname);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function embedded(logger: Logger, closers: Closers): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "oncall-eval-"));
  closers.add("data folder", () => rm(dataDir, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false, logger });
  closers.add("embedded postgres", () => postgres.stop());
  return postgres.url;
}
