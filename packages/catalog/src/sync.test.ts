import { AppError } from "@oncall/core";
import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CatalogStatus, RepositoryReader } from "./commit-status.ts";
import type { PushEvent } from "./push.ts";
import { createCatalog } from "./store.ts";
import { syncPush } from "./sync.ts";
import { createSyncLog } from "./sync-log.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.sql`truncate services, service_versions, catalog_files, catalog_syncs cascade`;
  await database.sql`update catalog_version set version = version + 1`;
  github = new Github();
});

const catalog = () => createCatalog(database.sql);
const sha = (label: string): string => Buffer.from(label).toString("hex").padEnd(40, "0").slice(0, 40);

/** Repositories in memory: what GitHub shows of each commit. */
class Github implements RepositoryReader {
  readonly trees = new Map<string, Readonly<Record<string, string>>>();
  readonly statuses: { repo: string; sha: string; status: CatalogStatus }[] = [];
  readonly reads: string[] = [];
  refuseStatuses = false;

  async file(repo: string, path: string, ref: string): Promise<string | null> {
    this.reads.push(`${repo}@${ref}:${path}`);
    return this.trees.get(`${repo}@${ref}`)?.[path] ?? null;
  }

  async setCommitStatus(repo: string, sha: string, status: CatalogStatus): Promise<void> {
    if (this.refuseStatuses) throw new AppError("denied", "GITHUB_TOKEN may not set statuses.");
    this.statuses.push({ repo, sha, status });
  }
}

let github = new Github();

interface PushSketch extends Partial<PushEvent> {
  readonly at?: number;
  readonly removed?: readonly string[];
  readonly modified?: readonly string[];
}

/** A push that leaves `tree` at a commit named `label`; times are seconds after an arbitrary start. */
function push(label: string, tree: Readonly<Record<string, string>>, sketch: PushSketch = {}): PushEvent {
  const { at = 0, removed = [], modified = Object.keys(tree), ...fields } = sketch;
  const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
  const event = {
    repository: "acme/shop",
    repositoryId: null,
    defaultBranch: "main",
    ref: "refs/heads/main",
    before: sha(`before ${label}`),
    after: sha(label),
    created: false,
    deleted: false,
    forced: false,
    pushedAt: time,
    headCommitAt: time,
    changed: [{ added: [], modified, removed }],
    complete: true,
    ...fields,
  };
  github.trees.set(`${event.repository}@${event.after}`, tree);
  return event;
}

const sync = (event: PushEvent, inboxId?: string) =>
  syncPush(event, {
    sql: database.sql,
    repository: github,
    now: () => new Date("2026-02-01T00:00:00Z"),
    signal: new AbortController().signal,
    ...(inboxId === undefined ? {} : { inboxId }),
  });

const yaml = (name: string, more = ""): string =>
  `name: ${name}\nteam: team-${name}\nslack_channel: "#${name}"\npager_alias: ${name}\n${more}`;
const owns = (pattern: string): string =>
  `resources:\n  - { pattern: "${pattern}", type: thing, handler_url: "https://api.example/\${id}" }\n`;

const names = async (): Promise<string[]> =>
  (await catalog().all()).map((entry) => `${entry.name}@${entry.path}`);
const idOf = async (name: string): Promise<string | undefined> =>
  (
    await database.sql<{ id: string }[]>`select id from services where name = ${name} and archived_at is null`
  )[0]?.id;

describe("one push", () => {
  test("stores the entry with its rows, and says so at the commit", async () => {
    const needs = "dependencies:\n  - { name: postgres-orders, type: database, critical: true }\n";
    const outcome = await sync(push("a", { "service.yaml": yaml("orders", owns("ord-*") + needs) }));
    expect(outcome).toMatchObject({ outcome: "synced", files: [{ service: "orders", outcome: "synced" }] });
    expect(await catalog().get("Orders")).toMatchObject({ repository: "acme/shop", commit: sha("a") });
    expect((await catalog().ownerOf("ord-1"))?.service.name).toBe("orders");
    expect(await catalog().dependents("postgres-orders", 1)).toMatchObject([
      { name: "orders", critical: true },
    ]);
    expect(await database.sql`select pattern from service_resources`).toMatchObject([{ pattern: "ord-*" }]);
    expect(await database.sql`select name from service_dependencies`).toMatchObject([
      { name: "postgres-orders" },
    ]);
    expect(github.statuses).toMatchObject([
      {
        repo: "acme/shop",
        sha: sha("a"),
        status: { context: "oncall/catalog", state: "success", description: "orders synced" },
      },
    ]);
  });

  test("may hold many services, in any folder", async () => {
    await sync(push("a", { "service.yaml": yaml("a"), "apps/b/service.yaml": yaml("b"), "src/x.ts": "" }));
    expect(await names()).toEqual(["a@service.yaml", "b@apps/b/service.yaml"]);
  });

  test.each([
    ["another branch", { ref: "refs/heads/feature" }, "only the default branch"],
    ["a tag", { ref: "refs/tags/main" }, "only the default branch"],
    ["the default branch deleted", { deleted: true }, "deleted the default branch"],
    ["no service.yaml touched", { modified: ["README.md"] }, "touches no service.yaml"],
  ])("%s changes nothing and says why", async (_, sketch, why) => {
    const outcome = await sync(push("a", { "service.yaml": yaml("a") }, sketch));
    expect(outcome).toMatchObject({ outcome: "skipped", note: expect.stringContaining(why), statuses: [] });
    expect(await names()).toEqual([]);
    expect(github.reads).toEqual([]);
  });

  test("a service.yml is told apart", async () => {
    const outcome = await sync(push("a", { "service.yml": yaml("a") }));
    expect(outcome.files).toMatchObject([
      { outcome: "skipped", warnings: [{ mend: "Rename the file to service.yaml." }] },
    ]);
    expect(github.statuses[0]?.status.description).toContain("service.yml is not read");
  });

  test("an invalid file stores every error, and the good entry stays", async () => {
    await sync(push("a", { "service.yaml": yaml("a") }, { at: 1 }));
    const broken = yaml("a").replace("team-a", "7").replace("pager_alias", "pager");
    const outcome = await sync(push("b", { "service.yaml": broken }, { at: 2 }), "in_1");
    expect(outcome.outcome).toBe("invalid");
    expect((await createSyncLog(database.sql).get(outcome.id)).files[0]?.errors).toMatchObject([
      { line: 1, key: "pager_alias", mend: expect.stringContaining("Add pager_alias") },
      { line: 2, key: "team" },
    ]);
    expect(await catalog().get("a")).toMatchObject({ team: "team-a", commit: sha("a") });
    expect(github.statuses.at(-1)?.status).toMatchObject({
      state: "failure",
      description: expect.stringContaining("service.yaml:1 pager_alias:"),
    });
  });

  test("a status that cannot be set is recorded and fails nothing", async () => {
    github.refuseStatuses = true;
    const outcome = await sync(push("a", { "service.yaml": yaml("a") }));
    expect(outcome).toMatchObject({
      outcome: "synced",
      statuses: [{ error: "GITHUB_TOKEN may not set statuses." }],
    });
  });
});

describe("order", () => {
  const v1 = () => push("v1", { "service.yaml": yaml("a", "description: one\n") }, { at: 1 });
  const v2 = () => push("v2", { "service.yaml": yaml("a", "description: two\n") }, { at: 2 });

  test("a redelivery is harmless, and one inbox row has one outcome", async () => {
    const first = await sync(v1(), "in_1");
    const again = await sync(v1(), "in_1");
    expect(again).toMatchObject({ id: first.id, outcome: "unchanged" });
    expect(await createSyncLog(database.sql).list()).toHaveLength(1);
    expect(await database.sql`select 1 from service_versions`).toHaveLength(1);
  });

  test("pushes out of order end as in order", async () => {
    await sync(v2());
    const late = await sync(v1());
    expect(late).toMatchObject({
      outcome: "skipped",
      files: [{ warnings: [{ message: expect.stringContaining("later push") }] }],
    });
    expect((await catalog().get("a")).description).toBe("two");
    expect(github.statuses).toHaveLength(1);
  });

  test("a removal that arrives first is not undone by what came before it", async () => {
    await sync(push("gone", {}, { at: 3, removed: ["service.yaml"] }));
    await sync(v1());
    expect(await names()).toEqual([]);
  });

  test("a moved file is not brought back by a late push, under its old name neither", async () => {
    await sync(v1());
    await sync(push("moved", { "x/service.yaml": yaml("b") }, { at: 3, removed: ["service.yaml"] }));
    await sync(v2());
    expect(await names()).toEqual(["b@x/service.yaml"]);
  });

  test("a valid state older than an invalid one still counts", async () => {
    await sync(push("bad", { "service.yaml": "name: A!\n" }, { at: 5 }));
    await sync(v1());
    expect((await catalog().get("a")).description).toBe("one");
  });

  test("two syncs at once end as the later push", async () => {
    await Promise.all([sync(v1()), sync(v2()), sync(v1()), sync(v2())]);
    expect((await catalog().get("a")).description).toBe("two");
  });

  test("a force push goes back to an older commit", async () => {
    await sync(v1());
    await sync(v2());
    await sync({
      ...v1(),
      before: sha("v2"),
      forced: true,
      complete: false,
      pushedAt: "2026-01-01T00:01:00.000Z",
    });
    expect((await catalog().get("a")).description).toBe("one");
  });
});

describe("names", () => {
  test("a file that disappears archives its service, and its return revives it", async () => {
    await sync(push("a", { "service.yaml": yaml("a") }, { at: 1 }));
    const id = await idOf("a");
    const outcome = await sync(push("b", {}, { at: 2, removed: ["service.yaml"] }));
    expect(outcome).toMatchObject({ outcome: "synced", files: [{ service: "a", outcome: "archived" }] });
    expect(await names()).toEqual([]);
    expect(await database.sql`select definition from service_versions order by id`).toMatchObject([
      { definition: { name: "a" } },
      { definition: null },
    ]);
    await sync(push("c", { "service.yaml": yaml("a") }, { at: 3 }));
    expect(await idOf("a")).toBe(id);
    expect(await names()).toEqual(["a@service.yaml"]);
  });

  test.each([
    ["a new name at the same path", { "service.yaml": yaml("b") }, [], "b", "b@service.yaml"],
    [
      "the same name at a new path",
      { "x/service.yaml": yaml("a") },
      ["service.yaml"],
      "a",
      "a@x/service.yaml",
    ],
  ])("%s is one service", async (_, tree, removed, name, expected) => {
    await sync(push("a", { "service.yaml": yaml("a") }, { at: 1 }));
    const id = await idOf("a");
    await sync(push("b", tree, { at: 2, removed }));
    expect(await idOf(name)).toBe(id);
    expect(await names()).toEqual([expected]);
  });

  test("two files swap their names in one push", async () => {
    await sync(push("a", { "p/service.yaml": yaml("x"), "q/service.yaml": yaml("y") }, { at: 1 }));
    const x = await idOf("x");
    await sync(push("b", { "p/service.yaml": yaml("y"), "q/service.yaml": yaml("x") }, { at: 2 }));
    expect(await names()).toEqual(["x@q/service.yaml", "y@p/service.yaml"]);
    expect(await idOf("x")).toBe(x);
  });

  test("a name claimed by another repository is refused, both named", async () => {
    await sync(push("a", { "service.yaml": yaml("a") }));
    const outcome = await sync(push("b", { "service.yaml": yaml("a") }, { repository: "acme/other" }));
    expect(outcome.outcome).toBe("refused");
    const [error] = outcome.files[0]?.errors ?? [];
    expect(error).toMatchObject({ line: 1, key: "name" });
    expect(error?.message).toMatch(/acme\/shop.*acme\/other/);
    expect(github.statuses.at(-1)).toMatchObject({ repo: "acme/other", status: { state: "failure" } });
    expect((await catalog().get("a")).repository).toBe("acme/shop");
  });

  test("a refused rename keeps the old entry, and so keeps its name from others", async () => {
    await sync(push("o", { "service.yaml": yaml("taken") }, { repository: "acme/other" }));
    await sync(push("a", { "p/service.yaml": yaml("x") }, { at: 1 }));
    const outcome = await sync(
      push("b", { "p/service.yaml": yaml("taken"), "q/service.yaml": yaml("x") }, { at: 2 }),
    );
    expect(outcome.files.map((file) => file.outcome)).toEqual(["refused", "refused"]);
    expect(await names()).toEqual(["taken@service.yaml", "x@p/service.yaml"]);
  });

  test("a renamed repository keeps its services", async () => {
    await sync(push("a", { "service.yaml": yaml("a") }, { at: 1, repositoryId: 7 }));
    await sync(
      push("b", { "service.yaml": yaml("a") }, { at: 2, repositoryId: 7, repository: "acme/store" }),
    );
    expect(await catalog().all()).toMatchObject([{ name: "a", repository: "acme/store" }]);
  });
});

test("overlapping patterns are told to both", async () => {
  await sync(push("a", { "service.yaml": yaml("orders", owns("ord-*")) }));
  const outcome = await sync(
    push("b", { "service.yaml": yaml("eu", owns("ord-eu-*")) }, { repository: "acme/eu" }),
  );
  expect(outcome).toMatchObject({
    outcome: "synced",
    files: [
      {
        warnings: [
          {
            line: 6,
            key: "resources[0].pattern",
            message: '"ord-eu-*" and "ord-*" of orders can match the same id.',
          },
        ],
      },
    ],
  });
  expect(github.statuses.slice(1)).toMatchObject([
    {
      repo: "acme/eu",
      sha: sha("b"),
      status: { state: "success", description: expect.stringContaining("ord-*") },
    },
    {
      repo: "acme/shop",
      sha: sha("a"),
      status: { state: "success", description: expect.stringContaining("acme/eu") },
    },
  ]);
  const owner = await catalog().ownerOf("ord-eu-7");
  expect(owner).toMatchObject({
    service: { name: "eu" },
    alsoMatching: [{ service: "orders", pattern: "ord-*" }],
  });
});

test("a push that does not list its commits reads every known file, and one at the root", async () => {
  await sync(push("a", { "x/service.yaml": yaml("x"), "y/service.yaml": yaml("y") }, { at: 1 }));
  const tree = { "x/service.yaml": yaml("x", "language: go\n"), "service.yaml": yaml("root") };
  const outcome = await sync(push("b", tree, { at: 2, modified: [], forced: true, complete: false }));
  expect(outcome.note).toContain("does not list all its commits");
  expect(await names()).toEqual(["root@service.yaml", "x@x/service.yaml"]);
});

test("a file that GitHub announces and does not show fails the sync, archives nothing, and can be run again", async () => {
  await sync(push("a", { "service.yaml": yaml("a") }, { at: 1 }));
  const event = push("b", {}, { at: 2, modified: ["service.yaml"] });
  await expect(sync(event, "in_2")).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("GITHUB_TOKEN"),
  });
  expect(await createSyncLog(database.sql).byInbox("in_2")).toMatchObject({ outcome: "failed" });
  expect(await names()).toEqual(["a@service.yaml"]);
  github.trees.set(`acme/shop@${event.after}`, { "service.yaml": yaml("a", "language: go\n") });
  expect(await sync(event, "in_2")).toMatchObject({ outcome: "synced" });
});

test("syncs are listed newest first, page by page", async () => {
  const log = createSyncLog(database.sql);
  for (const label of ["a", "b", "c"]) await sync(push(label, {}));
  const [first, second, third] = await log.list();
  expect(await log.list({ limit: 1 })).toEqual([first]);
  expect(await log.list({ limit: 5, before: second?.id ?? "" })).toEqual([third]);
  await expect(log.get("sync_none")).rejects.toMatchObject({ kind: "not_found" });
  await expect(log.list({ limit: 0 })).rejects.toMatchObject({ kind: "invalid_input" });
});

describe("the catalog", () => {
  test("sees a sync at once, and a miss names the nearest", async () => {
    const held = catalog();
    expect(await held.find("orders")).toBeNull();
    await sync(push("a", { "service.yaml": yaml("orders", "aliases: [order-api]\n") }));
    expect((await held.get("ORDER-API")).name).toBe("orders");
    await expect(held.get("ordrs")).rejects.toMatchObject({
      kind: "not_found",
      message: expect.stringContaining("orders"),
    });
  });

  test("of 2,000 services is loaded once for many readers", async () => {
    await sync(push("a", { "service.yaml": yaml("s0", owns("s0-*")) }));
    await database.sql`
      insert into services (name, team, repository, path, commit, definition, synced_at)
      select 's' || n, team, repository || n, path, commit,
             jsonb_set(jsonb_set(definition, '{name}', to_jsonb('s' || n)),
                       '{resources,0,pattern}', to_jsonb('s' || n || '-*')), synced_at
      from services, generate_series(1, 1999) n`;
    await database.sql`update catalog_version set version = version + 1`;
    const held = catalog();
    const [all, owner] = await Promise.all([held.all(), held.ownerOf("s1234-1")]);
    expect(all).toHaveLength(2_000);
    expect(owner?.service.name).toBe("s1234");
    // The same array: nothing was read again.
    expect(await held.all()).toBe(all);
  });
});
