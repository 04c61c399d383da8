import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, dropDatabase, withDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let url: string;
let folder: string;
const name = `empty_${Math.random().toString(36).slice(2)}`;

beforeAll(async () => {
  database = await createTestDatabase();
  url = await createDatabase(database.url, name);
  folder = await mkdtemp(path.join(tmpdir(), "oncall-migrations-"));
  await writeFile(path.join(folder, "README.md"), "not a migration");
  await add("0001-one", "create table one (id int);");
});
afterAll(async () => {
  await dropDatabase(database.url, name);
  await database.drop();
  await rm(folder, { recursive: true });
});

const add = (file: string, up: string) =>
  writeFile(path.join(folder, `${file}.sql`), `-- Up Migration\n${up}\n-- Down Migration\nselect 1;\n`);

test("processes that start together apply each migration once", async () => {
  await add("0002-two", "create table two (id int);");
  const applied = await Promise.all([
    migrate(url, { folder }),
    migrate(url, { folder }),
    migrate(url, { folder }),
  ]);
  expect(applied.flat().sort()).toEqual(["0001-one", "0002-two"]);
  expect(await migrate(url, { folder })).toEqual([]);
});

test("a migration that fails leaves nothing behind", async () => {
  await add("0003-three", "create table three (id int); select nonsense();");
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    message: expect.stringContaining("rolled back"),
  });
  await add("0003-three", "create table three (id int);");
  expect(await migrate(url, { folder })).toEqual(["0003-three"]);
});

test("a database that is newer than the code is refused, with the names", async () => {
  await rm(path.join(folder, "0003-three.sql"));
  await expect(migrate(url, { folder })).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("0003-three"),
  });
});

test("a database that is not there is unavailable", async () => {
  await expect(migrate(withDatabase(url, "no_such_database"))).rejects.toMatchObject({ kind: "unavailable" });
});

test("the repository's own migrations give the inbox", async () => {
  const [row] = await database.sql`select to_regclass('inbox')::text as inbox`;
  expect(row).toEqual({ inbox: "inbox" });
  expect(await migrate(database.url)).toEqual([]);
});
