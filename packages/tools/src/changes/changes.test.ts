import { describe, expect, test } from "vitest";
import type { Deploy } from "../read/outputs.ts";
import { withCommit } from "./join.ts";
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

describe("withCommit", () => {
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
    expect(withCommit(row, [deploy(commit)]).author).toBe(author);
  });
});
