import { generateKeyPairSync, verify } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type Answer, json, startServer } from "../http/test-server.ts";
import { createGithub } from "./client.ts";

const server = await startServer(json([]));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
const github = createGithub({ apiUrl: server.url, token: "ghs_token", http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
let asked = 0;
const repo = () => `acme/service-${asked++}`;

describe("deployments", () => {
  const deployment = (id: number, created_at: string, creator: unknown = { login: "dana-reyes" }) => ({
    id,
    sha: SHA,
    ref: "main",
    task: "deploy",
    environment: "production",
    creator,
    created_at,
    payload: {},
  });
  const status = (state: string, more: object = {}) => ({ state, log_url: "", target_url: "", ...more });
  const answers =
    (list: (page: number) => object[], statuses: Record<string, object[]>): Answer =>
    (response, received) => {
      const { pathname, searchParams } = new URL(received.path, server.url);
      const id = /deployments\/(\d+)\/statuses$/.exec(pathname)?.[1];
      (id === "1"
        ? json({ message: "Not Found" }, 404)
        : json(id === undefined ? list(Number(searchParams.get("page"))) : (statuses[id] ?? [])))(
        response,
        received,
      );
    };

  test("of the window, each with its newest state and a page to open", async () => {
    server.answerWith(
      answers(
        () => [
          deployment(5, "2026-11-20T11:30:00Z"),
          deployment(4, "2026-11-20T10:40:00Z"),
          deployment(3, "2026-11-20T10:20:00Z", null),
          deployment(2, "2026-11-20T10:10:00Z"),
          deployment(1, "2026-11-20T10:05:00Z", { login: "deleted-meanwhile" }),
          deployment(0, "2026-11-19T10:00:00Z"),
        ],
        {
          4: [status("success", { log_url: "https://ci.example/runs/4" }), status("in_progress")],
          3: [status("waiting", { log_url: "javascript:alert(1)" })],
        },
      ),
    );
    const name = repo();
    const found = await github.deployments(name, { environment: "production", window }, signal);
    const common = { sha: SHA, ref: "main", environment: "production" };
    const list = `${server.url}/${name}/deployments`;
    expect(found).toEqual([
      {
        ...common,
        id: 4,
        creator: "dana-reyes",
        createdAt: "2026-11-20T10:40:00Z",
        state: "success",
        url: "https://ci.example/runs/4",
      },
      {
        ...common,
        id: 3,
        creator: "unknown",
        createdAt: "2026-11-20T10:20:00Z",
        state: "unknown",
        url: list,
      },
      {
        ...common,
        id: 2,
        creator: "dana-reyes",
        createdAt: "2026-11-20T10:10:00Z",
        state: "pending",
        url: list,
      },
      {
        ...common,
        id: 1,
        creator: "deleted-meanwhile",
        createdAt: "2026-11-20T10:05:00Z",
        state: "unknown",
        url: list,
      },
    ]);
    expect(server.received[0]?.path).toContain("deployments?environment=production&per_page=100&page=1");
  });

  test("pages are read until one reaches back before the window, and 50 are answered", async () => {
    const page = (n: number) =>
      Array.from({ length: 100 }, (_, i) =>
        deployment(
          n * 1_000 + i,
          n === 1 ? "2026-11-20T12:00:00Z" : n === 2 ? "2026-11-20T10:30:00Z" : "2026-11-19T00:00:00Z",
        ),
      );
    server.answerWith(answers(page, {}));
    expect(await github.deployments(repo(), { window }, signal)).toHaveLength(50);
    expect(server.received.filter(({ path }) => path.includes("page=3"))).toHaveLength(0);
  });
});

describe("compare", () => {
  const commit = (sha: string, date: string) => ({
    sha,
    html_url: `https://github.com/acme/order/commit/${sha}`,
    author: null,
    commit: { message: sha, author: { name: "Dana", date }, committer: { name: "Dana", date } },
  });

  test("answers the newest commit first, the files and the page", async () => {
    const html_url = "https://github.com/acme/order/compare/v1...v2";
    const file = { filename: "deploy/values.yaml", status: "modified", additions: 1, deletions: 1 };
    server.answerWith(
      json({
        html_url,
        total_commits: 2,
        commits: [commit("aaaa", "2026-11-20T09:00:00Z"), commit("bbbb", "2026-11-20T10:00:00Z")],
        files: [file],
      }),
    );
    const found = await github.compare("acme/order", "v1.2", "release/2", signal);
    expect(found.commits.map(({ sha }) => sha)).toEqual(["bbbb", "aaaa"]);
    expect(found).toMatchObject({
      url: html_url,
      files: [{ path: "deploy/values.yaml", status: "modified" }],
    });
    expect(server.received[0]?.path).toBe("/repos/acme/order/compare/v1.2...release%2F2?per_page=100");
  });

  test.each(["", "a..b", "../x", "a b", "a?b", "a#b", "-x", "a\nb", "%2e%2e"])(
    "the ref %j is refused",
    async (ref) => {
      server.answerWith(json({}));
      await expect(github.compare("acme/order", ref, "main", signal)).rejects.toMatchObject({
        kind: "invalid_input",
      });
      expect(server.received).toHaveLength(0);
    },
  );
});

describe("a GitHub App", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const app = (key = pem) =>
    createGithub({ apiUrl: server.url, app: { appId: "12345", privateKey: key }, http });
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  let issued = 0;
  const installed =
    (expiresInMs: number, commits: Answer = json([])): Answer =>
    (response, received) => {
      if (received.path.endsWith("/installation")) return json({ id: 77 })(response, received);
      if (received.path === "/app/installations/77/access_tokens")
        return json({ token: `ghs_${++issued}`, expires_at: inMs(expiresInMs) }, 201)(response, received);
      commits(response, received);
    };
  const paths = () => server.received.map(({ path }) => path.split("?")[0]);

  test("asks with its installation's token, obtained once for all who wait", async () => {
    server.answerWith(installed(3_600_000));
    const backend = app(pem.replaceAll("\n", "\\n"));
    await Promise.all([1, 2, 3].map((n) => backend.commits(`Acme/app-${n}`, { window }, signal)));
    await backend.commits("acme/app-4", { window }, signal);
    expect(paths().filter((path) => path?.startsWith("/app"))).toHaveLength(1);
    const [first, second, third] = server.received;
    const [head = "", claims = "", signature = ""] =
      first?.headers.authorization?.replace("Bearer ", "").split(".") ?? [];
    expect(
      verify("sha256", Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, "base64url")),
    ).toBe(true);
    const { iss, iat, exp } = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect([iss, exp - iat]).toEqual(["12345", 600]);
    expect(second?.method).toBe("POST");
    expect(third?.headers.authorization).toBe(`Bearer ghs_${issued}`);
  });

  test("asks for another a minute before it expires, and after it was refused", async () => {
    server.answerWith(installed(59_000));
    const backend = app();
    await backend.commits("acme/a", { window }, signal);
    await backend.commits("acme/b", { window }, signal);
    expect(paths().filter((path) => path?.startsWith("/app"))).toHaveLength(2);

    server.answerWith(installed(3_600_000, json({ message: "Bad credentials" }, 401)));
    for (const name of ["acme/c", "acme/d"]) {
      await expect(backend.commits(name, { window }, signal)).rejects.toMatchObject({
        kind: "unauthenticated",
      });
    }
    expect(paths().filter((path) => path?.startsWith("/app"))).toHaveLength(2);
  });

  test("says where it is not installed, and forgets the failure", async () => {
    const backend = app();
    server.answerWith(json({ message: "Not Found" }, 404));
    await expect(backend.commits("acme/a", { window }, signal)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("not installed for acme/a"),
    });
    server.answerWith(installed(3_600_000));
    expect(await backend.commits("acme/a", { window }, signal)).toEqual([]);
  });

  test("a key that is none is reported at once, without quoting it", () => {
    expect(() => app("-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----")).toThrow(
      /^The GitHub App's private key is not a PEM key/,
    );
  });
});
