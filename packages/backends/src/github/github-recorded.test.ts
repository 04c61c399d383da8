import { createRequire } from "node:module";
import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { startServer } from "../http/test-server.ts";
import { createGithub } from "./client.ts";

/** One exchange with api.github.com as `@octokit/fixtures` keeps it. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: {
    readonly state: "success" | "failure";
    readonly context: string;
    readonly description: string;
    readonly target_url: string;
  };
}

const server = await startServer((response) => response.end());
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
const github = createGithub({ apiUrl: server.url, token: "ghs_token", http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const SHA = "0000000000000000000000000000000000000001";
const requireFixture = createRequire(import.meta.url);

/** What api.github.com answered in one of octokit's recorded scenarios. */
function recorded(scenario: string): readonly Exchange[] {
  return requireFixture(`@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`);
}

/** Answers each request as it was answered when it was recorded, GitHub's own address being this server's. */
function replay(exchanges: readonly Exchange[]): void {
  server.answerWith((response, { method, path }) => {
    const [asked] = path.split("?");
    const found = exchanges.find(
      (one) => one.method.toUpperCase() === method && one.path.split("?")[0] === asked,
    );
    if (found === undefined) return response.writeHead(501).end();
    const { "content-length": _, "content-encoding": __, connection: ___, ...headers } = found.headers;
    const at = (value: string | number) => String(value).replaceAll("https://api.github.com", server.url);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, at(value));
    const { response: body } = found;
    response.writeHead(found.status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

/** The one answer, whatever is asked: for refusals, which look alike everywhere. */
function always(scenario: string, status: number): void {
  const found = recorded(scenario).find((one) => one.status === status);
  server.answerWith((response) => {
    for (const name of ["content-type", "location", "x-ratelimit-remaining", "x-ratelimit-reset"]) {
      const value = found?.headers[name];
      if (value !== undefined) response.setHeader(name, String(value));
    }
    response.writeHead(found?.status ?? 501).end(JSON.stringify(found?.response));
  });
}

test("a file's text", async () => {
  replay(recorded("get-content"));
  expect(await github.file("octokit-fixture-org/hello-world", "README.md", "master", signal)).toBe(
    "# hello-world",
  );
});

test.each(recorded("create-status").filter(({ method }) => method === "post"))(
  "a commit status goes out as $body.state was recorded",
  async ({ body, path }) => {
    replay(recorded("create-status"));
    const { state, context, description, target_url } = body;
    const status = { state, context, description, targetUrl: target_url };
    await github.setCommitStatus("octokit-fixture-org/create-status", SHA, status, signal);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.path).toBe(path);
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual(body);
  },
);

test("a renamed repository is followed to its id", async () => {
  const [, moved, there] = recorded("rename-repository");
  if (moved === undefined || there === undefined) throw new Error("the scenario was recorded anew");
  // What was asked for when this was recorded is the repository itself; a file of it is sent on alike.
  replay([{ ...moved, path: `${moved.path}/contents/service.yaml` }, there]);
  const text = await github.file("octokit-fixture-org/rename-repository", "service.yaml", "main", signal);
  expect(JSON.parse(text ?? "")).toMatchObject({
    full_name: "octokit-fixture-org/rename-repository-newname",
  });
  expect(server.received.map(({ path }) => path)).toEqual([
    `${moved.path}/contents/service.yaml?ref=main`,
    "/repositories/1000",
  ]);
});

describe("refusals", () => {
  const window = { from: "2017-10-10T00:00:00Z", to: "2017-10-11T00:00:00Z" };
  const asks = {
    commits: (repo: string) => github.commits(repo, { window }, signal),
    compare: (repo: string) => github.compare(repo, "v1", "v2", signal),
    deployments: (repo: string) => github.deployments(repo, { window }, signal),
    files: (repo: string) => github.changedFiles(repo, SHA, signal),
  };
  test.each(
    (
      [
        ["branch-protection", 404, "not_found", /Branch not protected/],
        ["errors", 422, "invalid_input", /Validation Failed/],
        ["release-assets-conflict", 422, "invalid_input", /Validation Failed/],
        ["get-archive", 302, "unavailable", /redirected/],
        // A document that is not the one asked for.
        ["get-repository", 200, "unavailable", /another shape/],
      ] as const
    ).flatMap(([scenario, status, kind, says]) =>
      Object.entries(asks).map(([name, ask]) => ({ scenario, status, kind, says, name, ask })),
    ),
  )("$name: $scenario, $status", async ({ scenario, status, kind, says, name, ask }) => {
    always(scenario, status);
    const asked = ask(`octokit-fixture-org/${scenario}-${name}`);
    // Every field that is read of a commit's files may be missing, so any object is one without files.
    if (name === "files" && status === 200) return expect(await asked).toEqual([]);
    await expect(asked).rejects.toMatchObject({ kind, message: expect.stringMatching(says) });
  });
});
