import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { createGithubEdge } from "./receive.ts";

interface Recorded {
  readonly name: string;
  readonly examples: readonly object[];
}

// A dependency of the repository's root: recordings of what GitHub really sent.
const recorded: readonly Recorded[] = createRequire(new URL("../../../../package.json", import.meta.url))(
  "@octokit/webhooks-examples",
);
const pushes = recorded.find(({ name }) => name === "push")?.examples ?? [];

const secret = "a-webhook-secret";
const edge = createGithubEdge(secret);
const sign = (body: string, key = secret): string =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
const headers = (body: string, more: object = {}) => ({
  "x-github-event": "push",
  "x-github-delivery": "9d5c1b2a-0001",
  "x-hub-signature-256": sign(body),
  ...more,
});

test("GitHub's recorded pushes are accepted", async () => {
  expect(pushes.length).toBeGreaterThan(3);
  for (const example of pushes) {
    const body = JSON.stringify(example);
    expect(await edge(headers(body), body)).toMatchObject({
      kind: "push",
      deliveryId: "9d5c1b2a-0001",
      push: { repository: expect.stringContaining("/"), ref: expect.stringContaining("refs/") },
    });
  }
});

test("every other recorded event is ignored with a reason", async () => {
  const others = recorded.filter(({ name }) => name !== "push");
  expect(others.length).toBeGreaterThan(40);
  for (const { name, examples } of others) {
    const body = JSON.stringify(examples[0] ?? {});
    expect(await edge(headers(body, { "x-github-event": name }), body)).toEqual({
      kind: "ignored",
      why: name === "ping" ? "pong" : `${name} events are not used`,
    });
  }
});

const body = JSON.stringify(pushes[0] ?? {});
const words = "zażółć gęślą jaźń";

test.each([
  ["unsigned", body, { "x-hub-signature-256": undefined }, "unauthenticated", /no X-Hub-Signature-256/],
  [
    "signed with another secret",
    body,
    { "x-hub-signature-256": sign(body, "other") },
    "unauthenticated",
    /GITHUB_WEBHOOK_SECRET/,
  ],
  [
    "tampered with",
    `${body} `,
    { "x-hub-signature-256": sign(body) },
    "unauthenticated",
    /GITHUB_WEBHOOK_SECRET/,
  ],
  [
    "a signature that is none",
    body,
    { "x-hub-signature-256": "sha256=" },
    "unauthenticated",
    /GITHUB_WEBHOOK_SECRET/,
  ],
  [
    "SHA-1 only",
    body,
    { "x-hub-signature-256": undefined, "x-hub-signature": "sha1=00" },
    "unauthenticated",
    /256/,
  ],
  ["an empty body", "", { "x-hub-signature-256": sign(body) }, "unauthenticated", /GITHUB_WEBHOOK_SECRET/],
  ["no delivery id", body, { "x-github-delivery": undefined }, "invalid_input", /X-GitHub-Delivery/],
  ["no event", body, { "x-github-event": undefined }, "invalid_input", /X-GitHub-Event/],
  ["not JSON", "payload=%7B%7D", {}, "invalid_input", /application\/json/],
  ["JSON that is no push", JSON.stringify({ words }), {}, "invalid_input", /push payload/],
  ["JSON that is no object", "null", {}, "invalid_input", /push payload/],
])("refused: %s", async (_, sent, more, kind, message) => {
  await expect(edge(headers(sent, more), sent)).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(message),
  });
});
