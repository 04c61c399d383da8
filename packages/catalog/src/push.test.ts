import { describe, expect, test } from "vitest";
import { type PushEvent, parsePush } from "./push.ts";
import { isOlderPush } from "./push-order.ts";
import { touchedFiles } from "./touched-files.ts";

const sha = (digit: string): string => digit.repeat(40);

/** The fields of GitHub's documented payload that matter here, and some that do not. */
const payload = {
  ref: "refs/heads/main",
  before: sha("1"),
  after: sha("2"),
  created: false,
  deleted: false,
  forced: false,
  compare: "https://github.com/acme/shop/compare/111111111111...222222222222",
  repository: {
    id: 186853002,
    full_name: "acme/shop",
    default_branch: "main",
    pushed_at: 1767225600,
    html_url: "https://github.com/acme/shop",
  },
  head_commit: { id: sha("2"), timestamp: "2026-01-01T01:00:00+02:00", message: "Own returns" },
  commits: [
    { id: sha("3"), added: ["service.yaml"], modified: [], removed: ["old/service.yaml"] },
    { id: sha("2"), added: [], modified: ["README.md", "service.yaml"], removed: [] },
  ],
};

const parsed = (change: object = {}): PushEvent => {
  const push = parsePush({ ...payload, ...change });
  if (push === null) throw new Error("the payload was not taken for a push");
  return push;
};

test("GitHub's payload is read, times in UTC", () => {
  expect(parsed()).toMatchObject({
    repository: "acme/shop",
    repositoryId: 186853002,
    pushedAt: "2026-01-01T00:00:00.000Z",
    headCommitAt: "2025-12-31T23:00:00.000Z",
    complete: true,
  });
});

test.each([
  [
    "a deleted branch, without commits",
    { deleted: true, after: sha("0"), head_commit: null, commits: [] },
    true,
  ],
  ["a branch created from old commits", { created: true, before: sha("0"), commits: [] }, false],
  ["a force push", { forced: true }, false],
  ["a list that stops before the newest commit", { commits: payload.commits.slice(0, 1) }, false],
  ["more commits than listed", { size: 3 }, false],
  ["2,048 commits", { commits: Array.from({ length: 2048 }, () => payload.commits[1]) }, false],
])("%s: complete is %s", (_, change, complete) => {
  expect(parsed(change).complete).toBe(complete);
});

test.each([
  ["nothing", undefined],
  ["a ping", { zen: "Keep it logically awesome.", hook_id: 1 }],
  ["a push whose commit is none", { ...payload, after: "main; rm -rf" }],
  ["a repository that is none", { ...payload, repository: { ...payload.repository, full_name: "../x y" } }],
])("%s is no push", (_, value) => {
  expect(parsePush(value)).toBeNull();
});

describe("touched files", () => {
  test("are the service.yaml of every folder, once; what was removed may be gone", () => {
    const touched = touchedFiles(parsed(), ["known/service.yaml"]);
    expect(touched.paths).toEqual(["old/service.yaml", "service.yaml"]);
    expect([...touched.mayBeGone]).toEqual(["old/service.yaml"]);
  });

  test("are all that is known, and the root's, when commits are left out", () => {
    const touched = touchedFiles(parsed({ forced: true, commits: [] }), ["known/service.yaml"]);
    expect(touched.paths).toEqual(["known/service.yaml", "service.yaml"]);
  });

  test("are not files that only end alike", () => {
    const commits = [{ id: sha("2"), added: ["my-service.yaml", "x/service.yml", "service.yaml.bak"] }];
    expect(touchedFiles(parsed({ commits }), [])).toMatchObject({ paths: [], misnamed: ["x/service.yml"] });
  });
});

const mark = (before: string, commit: string, pushedAt: number | null, headCommitAt = 0) => ({
  before: sha(before),
  commit: sha(commit),
  pushedAt: pushedAt === null ? null : new Date(pushedAt * 1000).toISOString(),
  headCommitAt: new Date(headCommitAt * 1000).toISOString(),
});

// [what, push, the push in the catalog, whether the first is older]
test.each([
  ["the same commit", mark("1", "2", 1), mark("1", "2", 9), false],
  ["an earlier push", mark("1", "2", 1), mark("5", "6", 9), true],
  ["a later push", mark("5", "6", 9), mark("1", "2", 1), false],
  ["a later push of an older commit", mark("5", "6", 9, 1), mark("1", "2", 1, 9), false],
  [
    "the next push of the same second, its commit dated earlier",
    mark("2", "3", 1, 1),
    mark("1", "2", 1, 9),
    false,
  ],
  [
    "the push before in the same second, its commit dated later",
    mark("1", "2", 1, 9),
    mark("2", "3", 1, 1),
    true,
  ],
  ["an old push again, after the branch was pushed back", mark("1", "2", 1), mark("3", "1", 9), true],
  [
    "there and back: the chain says both, the commit's time decides",
    mark("1", "2", null, 1),
    mark("2", "1", null, 9),
    true,
  ],
  ["without GitHub's time, the next by the chain", mark("2", "3", null, 1), mark("1", "2", 5, 9), false],
  [
    "without GitHub's time and chain, an earlier commit",
    mark("1", "2", null, 1),
    mark("5", "6", null, 9),
    true,
  ],
  ["nothing to tell them apart by", mark("1", "2", 1, 1), mark("5", "6", 1, 1), false],
])("%s", (_, push, current, older) => {
  expect(isOlderPush(push, current)).toBe(older);
});
