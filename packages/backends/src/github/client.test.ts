import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type Answer, type FailureCase, failures, json, startServer, text } from "../http/test-server.ts";
import { createGithub } from "./client.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
const github = createGithub({ apiUrl: server.url, token: "ghs_token", http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const notFound = json(
  { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
  404,
);
let asked = 0;
const repo = () => `acme/service-${asked++}`;

describe("file", () => {
  const yaml = "name: order-service\nteam: commerce\n";
  test("is read raw at the commit", async () => {
    server.answerWith(text(yaml));
    expect(await github.file("acme/order", "deploy/a b/service.yaml", SHA, signal)).toBe(yaml);
    expect(server.received[0]).toMatchObject({
      path: `/repos/acme/order/contents/deploy/a%20b/service.yaml?ref=${SHA}`,
      headers: {
        accept: "application/vnd.github.raw+json",
        authorization: "Bearer ghs_token",
        "x-github-api-version": "2022-11-28",
      },
    });
  });

  test("follows a renamed repository, but never to another host", async () => {
    server.answerWith((response, { path }) => {
      const location = "/repositories/42/contents/service.yaml";
      if (path === location) response.end(yaml);
      else response.writeHead(301, { location }).end();
    });
    expect(await github.file("acme/old-name", "service.yaml", SHA, signal)).toBe(yaml);
    server.answerWith((response) => response.writeHead(301, { location: "http://127.0.0.1:1/" }).end());
    await expect(github.file("acme/old-name", "service.yaml", SHA, signal)).rejects.toThrow(/redirected/);
  });

  const only =
    (commit: Answer): Answer =>
    (response, received) =>
      (received.path.includes("/contents/") ? notFound : commit)(response, received);
  test("is null when the commit is there and the file is not", async () => {
    server.answerWith(only(json({ sha: SHA })));
    expect(await github.file("acme/order", "service.yaml", SHA, signal)).toBeNull();
  });

  test.each([
    ["repository out of sight", only(notFound), "not_found"],
    ["unknown commit", only(json({ message: "No commit found for SHA" }, 422)), "invalid_input"],
    ["file over 1 MiB", text("x".repeat(1024 * 1024 + 1)), "unavailable"],
  ])("an %s is not taken for a deleted file", async (_, answer, kind) => {
    server.answerWith(answer);
    await expect(github.file("acme/order", "service.yaml", SHA, signal)).rejects.toMatchObject({ kind });
  });

  test.each([
    ["acme", "a"],
    ["acme/..", "a"],
    ["acme/x/y", "a"],
    ["a cme/x", "a"],
    ["acme/x", "../y"],
    ["acme/x", "a//b"],
    ["acme/x", "/a"],
    ["acme/x", "."],
  ])("%j %j is refused", async (name, path) => {
    await expect(github.file(name, path, SHA, signal)).rejects.toMatchObject({ kind: "invalid_input" });
  });
});

describe("commits", () => {
  const commit = (author: unknown) => ({
    sha: SHA,
    html_url: `https://github.com/acme/order/commit/${SHA}`,
    author,
    commit: {
      message: "Tune pool\n\nSmaller pods",
      author: { name: "Dana Reyes", date: "2026-11-19T08:00:00Z" },
      committer: { name: "GitHub", date: "2026-11-20T10:10:00Z" },
    },
  });
  test.each([
    ["a known author", [commit({ login: "dana-reyes", id: 1 })], ["dana-reyes"]],
    ["an author without an account", [commit(null)], ["Dana Reyes"]],
    ["none", [], []],
  ])("%s", async (_, answer, authors) => {
    server.answerWith(json(answer));
    const commits = await github.commits(repo(), { path: "deploy", window }, signal);
    expect(commits.map(({ author }) => author)).toEqual(authors);
    expect(commits.every(({ at }) => at === "2026-11-20T10:10:00Z")).toBe(true);
    expect(server.received[0]?.path).toMatch(
      /commits\?path=deploy&since=2026-11-20T10%3A00%3A00Z&until=2026-11-20T11%3A00%3A00Z&per_page=100$/,
    );
  });

  test("an empty repository has none", async () => {
    server.answerWith(json({ message: "Git Repository is empty." }, 409));
    expect(await github.commits(repo(), { window }, signal)).toEqual([]);
  });

  const soon = Math.ceil(Date.now() / 1000) + 90;
  test.each<FailureCase>([
    [
      "the hourly limit",
      json({ message: "API rate limit exceeded" }, 403, {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(soon),
      }),
      "rate_limited",
      /again in (8|9)\d s/,
    ],
    [
      "the secondary limit",
      json({ message: "You have exceeded a secondary rate limit" }, 403, { "retry-after": "60" }),
      "rate_limited",
      /again in 60 s/,
    ],
    [
      "a plain denial",
      json({ message: "Resource not accessible by integration" }, 403, { "x-ratelimit-remaining": "4000" }),
      "denied",
      /not accessible/,
    ],
    ...failures,
  ])("reports %s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(github.commits(repo(), { window }, signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });
});

test("changed files, with and without a patch", async () => {
  const file = { filename: "deploy/values.yaml", status: "modified", additions: 1, deletions: 1, changes: 2 };
  server.answerWith(
    json({
      sha: SHA,
      files: [
        { ...file, patch: "@@ -1 +1 @@\n-40\n+5" },
        { ...file, filename: "logo.png" },
      ],
    }),
  );
  const common = { status: "modified", additions: 1, deletions: 1 };
  expect(await github.changedFiles("acme/order", SHA, signal)).toEqual([
    { path: "deploy/values.yaml", ...common, patch: "@@ -1 +1 @@\n-40\n+5" },
    { path: "logo.png", ...common },
  ]);
  await expect(github.changedFiles("acme/order", "HEAD/../x", signal)).rejects.toMatchObject({
    kind: "invalid_input",
  });
});

test.each([
  ["short", "short"],
  ["é".repeat(140), "é".repeat(140)],
  ["😀".repeat(141), `${"😀".repeat(139)}…`],
])("a status description is cut at 140 characters", async (description, sent) => {
  server.answerWith(json({ id: 1 }, 201));
  await github.setCommitStatus(
    "acme/order",
    SHA,
    { state: "success", context: "oncall/catalog", description, targetUrl: "https://oncall.example/syncs/1" },
    signal,
  );
  expect(server.received[0]?.path).toBe(`/repos/acme/order/statuses/${SHA}`);
  expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({
    state: "success",
    context: "oncall/catalog",
    description: sent,
    target_url: "https://oncall.example/syncs/1",
  });
});
