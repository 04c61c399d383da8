import type { LookupAddress } from "node:dns";
import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type Answer, json, silent, startServer, text } from "../http/test-server.ts";
import { createResourceApi, type ResourceApiOptions } from "./client.ts";

const ID = `\${id}`;
const server = await startServer(json({ id: "ord-1234", status: "PENDING" }));
const other = await startServer(json({ stolen: true }));
const http = createHttp({ baseDelayMs: 1 });
afterAll(async () => {
  await http.close();
  await Promise.all([server.close(), other.close()]);
});

const resources = (more: Partial<ResourceApiOptions> = {}) =>
  createResourceApi({ allow: [server.url], http, ...more });
const signal = new AbortController().signal;

const order = json({ id: "ord-1234", status: "PENDING", error: "Database connection timeout after 30s" });
const slowBody: Answer = (response) => {
  response.writeHead(200);
  response.write('{"id":');
};
const to = (location: string): Answer => text("", 302, { location });

/** Answers `hops` redirects to itself before the order. */
function redirects(hops: number): Answer {
  return (response, received) => {
    const step = Number(new URL(received.path, server.url).searchParams.get("step") ?? 0);
    const answer = step < hops ? to(`/next?step=${step + 1}`) : order;
    answer(response, received);
  };
}

describe("answers", () => {
  test.each<[string, Answer, object]>([
    ["JSON", order, { status: 200, body: { status: "PENDING" } }],
    ["a text", text("all good"), { status: 200, body: "all good" }],
    [
      "a 404 as it is",
      json({ error: "no order ord-1" }, 404),
      { status: 404, body: { error: "no order ord-1" } },
    ],
    ["what stands after three redirects", redirects(3), { status: 200, body: { id: "ord-1234" } }],
  ])("%s", async (_, answer, expected) => {
    server.answerWith(answer);
    const got = await resources().get(`${server.url}/orders/${ID}`, "ord-1234", signal);
    expect(got).toMatchObject(expected);
  });

  test.each<[string, Answer, object]>([
    [
      "500",
      json({ message: "pool is empty" }, 500),
      { kind: "unavailable", message: expect.stringContaining("pool is empty") },
    ],
    [
      "a fourth redirect",
      redirects(4),
      { kind: "unavailable", message: expect.stringContaining("without an end") },
    ],
    [
      "more than 256 KiB",
      text("x".repeat(256 * 1024 + 1)),
      { kind: "unavailable", message: expect.stringContaining("more than 262144 bytes") },
    ],
    ["silence", silent, { kind: "unavailable", message: expect.stringContaining("in time") }],
    [
      "a body that never ends",
      slowBody,
      { kind: "unavailable", message: expect.stringContaining("in time") },
    ],
    ["a redirect to another port", (r, q) => to(`${other.url}/`)(r, q), { kind: "denied" }],
    [
      "a redirect to another host",
      to("http://localhost:1/"),
      { kind: "denied", message: expect.stringContaining("same host") },
    ],
    ["a redirect to the metadata service", to("http://169.254.169.254/latest/"), { kind: "denied" }],
    ["a redirect to a file", to("file:///etc/passwd"), { kind: "denied" }],
    ["a redirect with a user", to(server.url.replace("//", "//user:pw@")), { kind: "invalid_input" }],
  ])("refuses %s", async (_, answer, expected) => {
    server.answerWith(answer);
    const asked = resources({ timeoutMs: 250 }).get(`${server.url}/orders/${ID}`, "ord-1234", signal);
    await expect(asked).rejects.toMatchObject(expected);
    expect(other.received).toHaveLength(0);
  });
});

describe("ids", () => {
  test.each([
    ["ord-1234", "/orders/ord-1234/live"],
    ["a/../b", "/orders/a%2F..%2Fb/live"],
    ["%2e%2e", "/orders/%252e%252e/live"],
    ["a?x=1#y", "/orders/a%3Fx%3D1%23y/live"],
    ["$&", "/orders/%24%26/live"],
    ["täst ", "/orders/t%C3%A4st%20/live"],
    ["..\\..", "/orders/..%5C../live"],
  ])("%j stays one segment", async (id, path) => {
    server.answerWith(order);
    await resources().get(`${server.url}/orders/${ID}/live`, id, signal);
    expect(server.received.map((each) => each.path)).toEqual([path]);
  });

  test.each([[".."], ["."], [""], [undefined], ["x".repeat(513)], ["\ud800"]])(
    "%j is refused",
    async (id) => {
      server.answerWith(order);
      await expect(resources().get(`${server.url}/orders/${ID}`, id, signal)).rejects.toMatchObject({
        kind: "invalid_input",
      });
      expect(server.received).toHaveLength(0);
    },
  );
});

describe("allow list", () => {
  const anywhere = ["127.0.0.1"];
  test.each<[url: string, allow: string[], kind: string]>([
    ["http://user:pw@127.0.0.1/", ["http://127.0.0.1"], "invalid_input"],
    ["https://orders.internal.example.evil.example/", [".internal.example"], "denied"],
    ["https://internal.example/", [".internal.example"], "denied"],
    ["https://evilinternal.example/", [".internal.example"], "denied"],
    ["http://orders.internal.example/", [".internal.example"], "denied"],
    ["ftp://orders.internal.example/", [".internal.example"], "invalid_input"],
    [`https://${ID}.internal.example/`, [".internal.example"], "invalid_input"],
    [`https://x${ID}@orders.internal.example/`, [".internal.example"], "invalid_input"],
    ["not a url", [".internal.example"], "invalid_input"],
    ["http://127.0.0.1:1/", ["http://127.0.0.1:2"], "denied"],
    // Allowed by name, yet the name leads to loopback, which only an exact origin may.
    ["https://orders.internal.example/", [".internal.example"], "denied"],
  ])("%s under %j is %s", async (url, allow, kind) => {
    const asked = resources({ allow, resolve: resolveTo(anywhere) }).get(url, "x.evil.example#", signal);
    await expect(asked).rejects.toMatchObject({ kind });
  });

  test.each([["internal.example"], ["*"], ["."], [".1"], ["https://a.example/path"], ["ws://a.example"]])(
    "the entry %j is refused",
    (entry) => {
      expect(() => resources({ allow: [entry] })).toThrow(/HANDLER_URL_ALLOW has an entry/);
    },
  );
});

describe("addresses", () => {
  test.each([
    ["a metadata address", ["169.254.169.254"]],
    ["one among good ones", ["10.0.0.1", "fd00:ec2::254"]],
    ["a mapped one", ["::ffff:169.254.169.254"]],
  ])("a name that leads to %s is not connected to", async (_, addresses) => {
    const api = resources({ allow: [".internal.example"], resolve: resolveTo(addresses) });
    await expect(api.get("https://orders.internal.example/", undefined, signal)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("never connected to"),
    });
  });

  test.each([
    "http://169.254.169.254",
    "http://[fd00:ec2::254]",
    "http://[::ffff:a9fe:a9fe]",
    "http://2852039166",
  ])("%s is refused even when listed", async (origin) => {
    const asked = resources({ allow: [origin] }).get(`${origin}/latest/meta-data`, undefined, signal);
    await expect(asked).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("never connected to"),
    });
  });

  test("the address that was checked is the one connected to", async () => {
    server.answerWith(order);
    let asked = 0;
    const origin = `http://orders.example:${server.port}`;
    const api = resources({
      allow: [origin],
      resolve: (_, __, callback) =>
        callback(null, [{ address: ++asked === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]),
    });
    expect((await api.get(`${origin}/x`, undefined, signal)).status).toBe(200);
    expect(asked).toBe(1);
  });
});

function resolveTo(addresses: readonly string[]): NonNullable<ResourceApiOptions["resolve"]> {
  const found = addresses.map(
    (address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }),
  );
  return (_, __, callback) => callback(null, found);
}
