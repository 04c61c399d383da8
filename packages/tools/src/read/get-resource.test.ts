import type { LookupAddress } from "node:dns";
import { createHttp, createResourceApi } from "@oncall/backends";
import type { ToolResult } from "@oncall/core";
import { afterAll, describe, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { json, type Route, startServer } from "../testing/server.ts";

const to = (location: string): Route => json({}, 302, { location });
const big: Route = (response) =>
  response.end(JSON.stringify({ status: "PAID", log: "x".repeat(300 * 1024) }));
const slow: Route = (response) => {
  const drip = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(drip));
};
const other = await startServer([[/./, json({ stolen: true })]]);
const own = await startServer([
  // Without keep-alive each question makes its own connection.
  [/^\/close/, json({ status: "PAID" }, 200, { connection: "close" })],
  [/ord-ok/, json({ data: { status: "PENDING", error: "late", namespace: "orders", cluster: "eu" } })],
  [/ord-gone/, json({ error: "no such order" }, 404)],
  [/ord-moved/, to("/orders/ord-ok")],
  [/ord-elsewhere/, (response, request) => to(`${other.url}/`)(response, request)],
  [/ord-meta/, to("http://169.254.169.254/latest/meta-data/")],
  [/ord-file/, to("file:///etc/passwd")],
  [/ord-circle/, to("/orders/ord-circle")],
  [/ord-big/, big],
  [/ord-wide/, json({ status: "PAID", lines: Array.from({ length: 2_000 }, (_, i) => `line ${i}`) })],
  [/ord-slow/, slow],
  [/ord-403/, json({ message: "who are you" }, 403)],
  [/ord-429/, json({}, 429, { "retry-after": "60" })],
  [/ord-500/, json({ message: "pool is empty" }, 500)],
  [/ord-text/, (response) => response.end("<html>Sign in</html>")],
]);
const http = createHttp({ baseDelayMs: 1, retries: 0 });
afterAll(async () => {
  await http.close();
  await Promise.all([own.close(), other.close()]);
});

const ID = `\${id}`;

/** One service whose ord-* are asked at `handlerUrl`, through the real client. */
function registryFor(handlerUrl: string, allow: readonly string[], addresses?: () => LookupAddress[]) {
  const yaml = `
name: order-service
team: commerce
slack_channel: "#commerce"
pager_alias: commerce
resources: [{ pattern: "ord-*", type: order, handler_url: ${JSON.stringify(handlerUrl)} }]
`;
  return createRegistry({
    deps: {
      catalog: catalogOf([entryFrom(yaml)]),
      resources: createResourceApi({
        allow,
        http,
        timeoutMs: 400,
        ...(addresses && { resolve: (_name, _options, callback) => callback(null, addresses()) }),
      }),
    },
    evidence: memoryEvidence(),
    now: () => new Date("2026-01-31T03:00:00Z"),
  });
}

const ask = (id: string): Promise<ToolResult> =>
  registryFor(`${own.url}/orders/${ID}`, [own.url]).call("get_resource", { id });

describe("what the owner answers", () => {
  test.each<[string, object]>([
    [
      "ord-ok",
      {
        state: "ok",
        data: { found: true, status: "PENDING", error: "late", namespace: "orders", cluster: "eu" },
      },
    ],
    [
      "ord-moved",
      { state: "ok", data: { status: "PENDING" }, link: expect.stringContaining("/orders/ord-ok") },
    ],
    ["ord-gone", { state: "ok", data: { found: false, http_status: 404, error: "no such order" } }],
    ["ord-text", { state: "ok", data: { status: null, body: "<html>Sign in</html>" } }],
    [
      "ord-wide",
      {
        state: "ok",
        data: { status: "PAID" },
        omitted: expect.stringMatching(/^Body over 8 KiB.*of 2000 items/),
      },
    ],
    ["zzz-1", { state: "no_data", searched: expect.stringContaining("ord-* (order-service)") }],
  ])("%s", async (id, expected) => {
    expect(await ask(id)).toMatchObject(expected);
  });
});

describe("what is never followed, waited for or read", () => {
  test.each<[string, string, RegExp]>([
    ["ord-elsewhere", "denied", /HANDLER_URL_ALLOW|same host/],
    ["ord-meta", "denied", /HANDLER_URL_ALLOW|same host/],
    ["ord-file", "denied", /HANDLER_URL_ALLOW|same host/],
    ["ord-circle", "unavailable", /without an end/],
    ["ord-big", "unavailable", /more than 262144 bytes/],
    ["ord-slow", "unavailable", /in time/],
    ["ord-403", "denied", /let us read its resources/],
    ["ord-429", "rate_limited", /limits our requests/],
    ["ord-500", "unavailable", /pool is empty/],
  ])("%s is %s", async (id, kind, message) => {
    const result = await ask(id);
    expect(result).toMatchObject({
      state: "error",
      error: { kind, message: expect.stringMatching(message) },
    });
    expect(result.data).toBeUndefined();
    expect(other.asked).toEqual([]);
  });
});

describe("where a name leads", () => {
  const v4 = (address: string): LookupAddress => ({ address, family: 4 });
  const v6 = (address: string): LookupAddress => ({ address, family: 6 });
  test.each<[string, LookupAddress[]]>([
    ["the metadata service", [v4("169.254.169.254")]],
    ["our own machine", [v4("127.0.0.1")]],
    ["our own machine, IPv6", [v6("::1")]],
    ["our own machine, mapped into IPv6", [v6("::ffff:127.0.0.1")]],
    ["the metadata service, mapped into IPv6", [v6("::ffff:a9fe:a9fe")]],
    ["no address at all", [v4("0.0.0.0")]],
    ["a good address and a bad one", [v4("10.1.2.3"), v4("169.254.169.254")]],
  ])("%s is refused at the connection", async (_, addresses) => {
    const registry = registryFor(
      `https://orders.internal.example/${ID}`,
      [".internal.example"],
      () => addresses,
    );
    expect(await registry.call("get_resource", { id: "ord-1" })).toMatchObject({
      state: "error",
      error: { kind: "denied", message: expect.stringContaining("never connected to") },
    });
  });

  test("a name that changes its mind between two questions gains nothing", async () => {
    const { port } = new URL(own.url);
    const origin = `http://orders.example:${port}`;
    const addresses = ["127.0.0.1", "169.254.169.254"];
    const registry = registryFor(`${origin}/close/${ID}`, [origin], () => [v4(addresses.shift() ?? "")]);
    expect((await registry.call("get_resource", { id: "ord-1" })).state).toBe("ok");
    expect((await registry.call("get_resource", { id: "ord-2" })).error).toMatchObject({
      kind: "denied",
      message: expect.stringContaining("169.254.169.254"),
    });
  });

  test.each<[string, string, string[]]>([
    ["a host that is not allowed", `https://elsewhere.example/${ID}`, [".internal.example"]],
    ["a name that only ends like an allowed one", `https://notinternal.example/${ID}`, [".internal.example"]],
    ["plain http to an allowed suffix", `http://orders.internal.example/${ID}`, [".internal.example"]],
    ["a literal metadata address", `https://169.254.169.254/${ID}`, ["https://169.254.169.254"]],
  ])("%s is refused", async (_, url, allow) => {
    const result = await registryFor(url, allow).call("get_resource", { id: "ord-1" });
    expect(result).toMatchObject({ state: "error", error: { kind: "denied" } });
  });
});

test.each(["ord-a/../../admin", "ord-%2e%2e", 'ord-"}\n{', "ord-ok?x=1#y", "ord-ok\r\nhost: evil"])(
  "the id %j stays one segment of the path",
  async (id) => {
    own.asked.length = 0;
    expect((await ask(id)).state).toBe("ok");
    for (const path of own.asked) expect(path).toMatch(/^\/orders\/[^/?#\s]+$/);
    expect(own.asked.length).toBeGreaterThan(0);
  },
);
