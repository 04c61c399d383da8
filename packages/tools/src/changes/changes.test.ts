import { describe, expect, test } from "vitest";
import type { Deploy } from "../outputs/index.ts";
import { syncRows } from "./argocd-syncs.ts";
import { commitOf } from "./join.ts";
import { mergeChanges } from "./merge.ts";
import { changesInPatch } from "./patch.ts";

test.each<[string, string, string, object[]]>([
  [
    "YAML, by its indentation",
    "deploy/values.yaml",
    "@@ -1,4 +1,4 @@\n image:\n   repository: shop\n-  tag: 1.0.0\n+  tag: 1.1.0\n replicaCount: 3",
    [{ what: "image.tag", from: "1.0.0", to: "1.1.0" }],
  ],
  [
    "a variable, whether or not the hunk shows where it stands",
    "values.yml",
    '@@ -20,3 +20,3 @@\n   DB_URL: "x"\n-  DB_POOL_MAX: "40"\n+  DB_POOL_MAX: "5" # smaller pods',
    [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }],
  ],
  [
    "dotenv: set and gone",
    ".env.production",
    "@@ -1 +1 @@\n-OLD=1\n+export NEW=2",
    [
      { what: "env.OLD", from: "1", to: null },
      { what: "env.NEW", from: null, to: "2" },
    ],
  ],
  [
    "a secret is named, not shown",
    "app.properties",
    "@@ -1 +1 @@\n-db.password=a\n+db.password=b",
    [{ what: "db.password", from: "[redacted]", to: "[redacted]" }],
  ],
  ["moved, not changed", "a.yaml", "@@ -1,2 +1,2 @@\n-a: 1\n b: 2\n+a: 1", []],
  ["code is no setting", "Main.java", "@@ -1 +1 @@\n-int a = 1;\n+int a = 2;", []],
  ["not a patch", "a.yaml", "", []],
])("settings in a patch: %s", (_, file, patch, expected) => {
  expect(changesInPatch(file, patch)).toEqual(expected);
});

const deploy = (more: Partial<Deploy>): Deploy => ({
  at: "2026-01-31T03:00:00Z",
  kind: "commit",
  title: "",
  revision: null,
  commit: null,
  author: null,
  image: null,
  state: "merged",
  changes: [],
  files: [],
  minutes_before_onset: null,
  link: null,
  ...more,
});

describe("the commit of a rollout", () => {
  const sha = "abcdef1234567890abcdef1234567890abcdef12";
  const byDana = { commit: sha, author: "dana", at: "2026-01-31T02:50:00Z", link: "https://git.example/1" };
  const pool = [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }];

  test.each<[string, string[], Partial<Deploy>, Partial<Deploy>, string | null]>([
    ["its sha stands in the image's tag", ["shop:main-abcdef1"], {}, byDana, "dana"],
    ["another sha does not count", ["shop:main-1234567"], {}, byDana, null],
    ["it sets the same to the same", [], { changes: pool }, { ...byDana, changes: pool }, "dana"],
    [
      "the tag of the image",
      [],
      { changes: [{ what: "image", from: "s:1", to: "s:2" }] },
      { ...byDana, changes: [{ what: "image.tag", from: "1", to: "2" }] },
      "dana",
    ],
    [
      "a commit after the rollout is not its cause",
      [],
      { changes: pool },
      { ...byDana, at: "2026-01-31T03:10:00Z", changes: pool },
      null,
    ],
  ])("%s", (_, mentions, rollout, commit, author) => {
    const row = { deploy: deploy({ kind: "rollout", ...rollout }), mentions };
    expect(commitOf(row, [deploy(commit)])?.author ?? null).toBe(author);
  });
});

describe("one list", () => {
  const [old, sha] = ["1".repeat(40), "abcdef1234567890abcdef1234567890abcdef12"];
  const commit = deploy({
    commit: sha,
    at: "2026-01-31T02:50:00Z",
    title: "Tune the pool",
    author: "dana",
    files: ["deploy/values.yaml"],
    changes: [
      { what: "env.DB_POOL_MAX", from: "40", to: "5" },
      { what: "feature.x", from: "off", to: "on" },
    ],
    link: "https://git.example/commit/abcdef1",
  });
  const rollout = (more: Partial<Deploy> = {}, mentions: string[] = []) => ({
    deploy: deploy({
      kind: "rollout",
      at: "2026-01-31T02:56:00Z",
      state: "complete",
      title: "env.DB_POOL_MAX 40 → 5",
      changes: [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }],
      ...more,
    }),
    mentions,
    base: null,
    head: null,
  });
  const sync = deploy({
    kind: "sync",
    at: "2026-01-31T02:55:50Z",
    commit: sha,
    title: "sync 7",
    author: "argo",
  });
  const deployment = deploy({
    kind: "deployment",
    at: "2026-01-31T02:55:00Z",
    commit: sha,
    title: "deployment to production",
  });
  const nothing = { rollouts: [], scalings: [], syncs: [], deployments: [], commits: [] };

  test("four sources of one change are one row with all they know", () => {
    const merged = mergeChanges({
      ...nothing,
      rollouts: [rollout()],
      syncs: [sync],
      deployments: [deployment],
      commits: [commit],
    });
    expect(merged).toMatchObject([
      {
        kind: "rollout",
        at: "2026-01-31T02:56:00Z",
        commit: sha,
        author: "dana",
        title: "Tune the pool",
        files: ["deploy/values.yaml"],
        changes: [{ what: "env.DB_POOL_MAX" }, { what: "feature.x" }],
        committed_at: "2026-01-31T02:50:00Z",
        also: ["sync 7", "deployment to production"],
      },
    ]);
    expect(merged).toHaveLength(1);
  });

  test.each<[string, Parameters<typeof mergeChanges>[0], string[]]>([
    ["a commit that nothing deployed stands alone", { ...nothing, commits: [commit] }, ["commit"]],
    ["a sync stands for its commit", { ...nothing, syncs: [sync], commits: [commit] }, ["sync"]],
    [
      "a rollout that names nothing belongs to the sync just before it",
      { ...nothing, rollouts: [rollout({ changes: [] })], syncs: [sync] },
      ["rollout"],
    ],
    [
      "a rollout long after the sync does not",
      { ...nothing, rollouts: [rollout({ changes: [], at: "2026-01-31T04:00:00Z" })], syncs: [sync] },
      ["rollout", "sync"],
    ],
    [
      "a rollback to the same commit a day later is a change of its own",
      {
        ...nothing,
        syncs: [
          { ...sync, at: "2026-02-01T03:00:00Z" },
          { ...sync, commit: old, at: "2026-01-31T20:00:00Z" },
          sync,
        ],
        commits: [commit],
      },
      ["sync", "sync", "sync"],
    ],
  ])("%s", (_, found, kinds) => {
    expect(mergeChanges(found).map(({ kind }) => kind)).toEqual(kinds);
  });

  test("Argo CD: the history in the window, and an operation that failed", () => {
    const rows = syncRows(
      {
        name: "shop-prod",
        sync: "OutOfSync",
        health: "Degraded",
        history: [
          {
            id: 7,
            revision: sha,
            deployedAt: "2026-01-31T02:55:50Z",
            repoUrl: null,
            path: null,
            initiatedBy: "dana",
          },
          {
            id: 6,
            revision: "1.2.3",
            deployedAt: "2026-01-31T01:00:00Z",
            repoUrl: null,
            path: null,
            initiatedBy: null,
          },
          {
            id: 5,
            revision: old,
            deployedAt: "2025-12-31T02:55:50Z",
            repoUrl: null,
            path: null,
            initiatedBy: null,
          },
        ],
        operation: { phase: "Failed", message: "hook failed", startedAt: "2026-01-31T03:10:00Z" },
      },
      { from: "2026-01-30T04:00:00Z", to: "2026-01-31T04:00:00Z" },
      "https://argocd.example/applications/shop-prod",
    );
    expect(rows).toMatchObject([
      { state: "failed", title: expect.stringContaining("hook failed"), commit: null },
      { state: "complete", revision: "7", commit: sha, author: "dana" },
      { revision: "6", commit: null },
    ]);
    expect(rows).toHaveLength(3);
  });
});
