import { afterAll, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { createArgoCd } from "./client.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
const argocd = createArgoCd({ url: `${server.url}/argocd/`, token: "t0ken", http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
let asked = 0;
const name = () => `order-service-${asked++}`;
const source = { repoURL: "https://github.com/acme/deploy", path: "apps/order", targetRevision: "HEAD" };
const sync = (id: number, more: object = {}) => ({
  id,
  revision: `sha-${id}`,
  deployStartedAt: "2026-11-20T10:00:00Z",
  deployedAt: `2026-11-20T10:0${id % 10}:00Z`,
  source,
  initiatedBy: { username: "dana" },
  ...more,
});
const application = (status: unknown) =>
  json({ metadata: { name: "order-service", namespace: "argocd" }, spec: { source }, status });
const empty = { name: "order-service", sync: "Unknown", health: "Unknown", history: [], operation: null };
const read = {
  id: 3,
  revision: "sha-3",
  deployedAt: "2026-11-20T10:03:00Z",
  repoUrl: source.repoURL,
  path: "apps/order",
  initiatedBy: "dana",
};

test.each([
  [
    "typical, its history newest first",
    {
      sync: { status: "OutOfSync", revision: "sha-3", comparedTo: { source } },
      health: { status: "Degraded", lastTransitionTime: "2026-11-20T10:05:00Z" },
      history: [sync(2), sync(3)],
      operationState: {
        phase: "Failed",
        message: "one or more objects failed",
        startedAt: "2026-11-20T10:06:00Z",
      },
      resources: [{ kind: "Deployment" }],
    },
    {
      name: "order-service",
      sync: "OutOfSync",
      health: "Degraded",
      history: [read, { ...read, id: 2, revision: "sha-2", deployedAt: "2026-11-20T10:02:00Z" }],
      operation: {
        phase: "Failed",
        message: "one or more objects failed",
        startedAt: "2026-11-20T10:06:00Z",
      },
    },
  ],
  [
    "several sources, synced by itself",
    {
      history: [
        sync(3, {
          revision: "",
          revisions: ["1.2.3", "sha-9"],
          source: undefined,
          sources: [{ repoURL: "https://charts.example", chart: "order" }, source],
          initiatedBy: { automated: true },
        }),
      ],
    },
    {
      ...empty,
      history: [
        {
          ...read,
          revision: "1.2.3",
          repoUrl: "https://charts.example",
          path: "order",
          initiatedBy: "automated sync",
        },
      ],
    },
  ],
  ["new", {}, empty],
  ["without a status", null, empty],
  ["nulls", { sync: null, health: { status: null }, history: null, operationState: null }, empty],
])("%s", async (_, status, expected) => {
  server.answerWith(application(status));
  expect(await argocd.application(name(), signal)).toEqual(expected);
  expect(server.received[0]).toMatchObject({
    path: expect.stringMatching(/^\/argocd\/api\/v1\/applications\/order-service-\d+$/),
    headers: { authorization: "Bearer t0ken" },
  });
});

test("50 syncs at most, the newest", async () => {
  server.answerWith(application({ history: Array.from({ length: 80 }, (_, i) => sync(i)) }));
  const history = (await argocd.application(name(), signal))?.history ?? [];
  expect([history.length, history[0]?.id]).toEqual([50, 79]);
});

test.each([
  ["404", json({ error: "not found", code: 5, message: "not found" }, 404)],
  ["403, as it answers for names that do not exist", json({ error: "permission denied", code: 7 }, 403)],
])("none: %s", async (_, answer) => {
  server.answerWith(answer);
  expect(await argocd.application(name(), signal)).toBeNull();
});

test.each<FailureCase>(failures.filter(([failure]) => failure !== "403"))(
  "reports %s",
  async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(argocd.application(name(), signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  },
);

test.each(["", "..", "a/b", "a?refresh=hard", "A b", "%2e%2e", "a\n", 'a"'])(
  "the name %j is refused",
  async (bad) => {
    server.answerWith(application({}));
    await expect(argocd.application(bad, signal)).rejects.toMatchObject({ kind: "invalid_input" });
    expect(server.received).toHaveLength(0);
    expect(() => argocd.link(bad)).toThrow(/not an Argo CD application/);
  },
);

test("links to its page", () => {
  expect(argocd.link("order-service")).toBe(`${server.url}/argocd/applications/order-service`);
});
