import { randomBytes } from "node:crypto";
import { AppError } from "@oncall/core";
import { connect, createDatabase, dropDatabase, type Sql } from "./database.ts";

/** What the suite's global setup tells the test files, by environment. */
export const testEnvironment = {
  /** A url whose user may create databases. */
  adminUrl: "ONCALL_TEST_DATABASE_URL",
  /** A migrated database without connections, to be copied; its name begins the names of the copies. */
  template: "ONCALL_TEST_TEMPLATE",
} as const;

export interface TestDatabase {
  readonly url: string;
  /** A small pool on it. */
  readonly sql: Sql;
  /** Ends the pool and drops the database with whoever is still connected. */
  drop(): Promise<void>;
}

/** A fresh, migrated database for one test file. Throws `not_configured` outside of this repository's Vitest setup. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env[testEnvironment.adminUrl];
  const template = process.env[testEnvironment.template];
  if (adminUrl === undefined || template === undefined) {
    throw new AppError(
      "not_configured",
      "No test database: run Vitest from the root of the repository, where test/global-setup.ts prepares one.",
    );
  }
  const name = `${template}_${randomBytes(5).toString("hex")}`;
  const url = await createDatabase(adminUrl, name, { template });
  const sql = connect(url, { max: 4, applicationName: "oncall-test" });
  return {
    url,
    sql,
    drop: async () => {
      await sql.end({ timeout: 1 });
      await dropDatabase(adminUrl, name);
    },
  };
}

/** The real Redis to test against, when `REDIS_URL` names one. */
export function testRedisUrl(): string | undefined {
  const url = process.env.REDIS_URL?.trim();
  return url === "" ? undefined : url;
}

export interface TestRedis {
  readonly url: string;
  close(): Promise<void>;
}

/** The real Redis of `REDIS_URL`, else one that speaks its protocol from this process. */
export async function startTestRedis(): Promise<TestRedis> {
  const real = testRedisUrl();
  if (real !== undefined) return { url: real, close: async () => undefined };
  const { createRedisMock } = await import("js-redis-server");
  const server = await createRedisMock();
  return { url: server.url, close: () => server.close() };
}
