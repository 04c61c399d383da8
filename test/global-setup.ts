import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  connect,
  createDatabase,
  createLogger,
  createQueue,
  dropDatabase,
  migrate,
  startEmbeddedPostgres,
} from "../packages/platform/src/index.ts";
import { testEnvironment } from "../packages/platform/src/testing.ts";

/**
 * One migrated template database for the whole run, on `DATABASE_URL` or on an embedded Postgres of its own;
 * every test file copies it. Answers the teardown, which leaves nothing behind.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await openServer();
  const template = `oncall_test_${randomBytes(4).toString("hex")}`;
  try {
    const url = await createDatabase(server.adminUrl, template);
    await migrate(url);
    // The queue's own tables too: a copy is faster than making them in every file.
    const logger = createLogger({ level: "warn", destination: "stderr" });
    const queue = await createQueue({ databaseUrl: url, prefix: "template", logger });
    await queue.close();
  } catch (error) {
    await server.close();
    throw error;
  }
  process.env[testEnvironment.adminUrl] = server.adminUrl;
  process.env[testEnvironment.template] = template;

  return async () => {
    await dropAll(server.adminUrl, template);
    await server.close();
  };
}

interface TestServer {
  readonly adminUrl: string;
  close(): Promise<void>;
}

async function openServer(): Promise<TestServer> {
  const given = process.env.DATABASE_URL?.trim();
  if (given !== undefined && given !== "") return { adminUrl: given, close: async () => undefined };

  const dataDir = await mkdtemp(path.join(tmpdir(), "oncall-test-"));
  // Root's tests run Postgres as another user, who must be able to enter.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  return {
    adminUrl: postgres.url,
    close: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The template and whatever copy a killed test file left. */
async function dropAll(adminUrl: string, template: string): Promise<void> {
  const sql = connect(adminUrl, { max: 1 });
  const left = await sql<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, ${template})`;
  await sql.end({ timeout: 1 });
  for (const { datname } of left) await dropDatabase(adminUrl, datname);
}
