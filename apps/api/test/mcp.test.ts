import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiProcess, type Installation, install, syncCatalog } from "../../../test/installation.ts";

const oncall = fileURLToPath(new URL("../../cli/bin/oncall.js", import.meta.url));

let installation: Installation;
let api: ApiProcess;

beforeAll(async () => {
  installation = await install();
  api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  await worker.stop();
});
afterAll(() => installation?.close());

function overHttp(token: string): Transport {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return new StreamableHTTPClientTransport(new URL("/mcp", api.url), { requestInit }) as Transport;
}

function overStdio(env: Record<string, string>): Transport {
  return new StdioClientTransport({
    command: process.execPath,
    args: [oncall, "mcp"],
    env: { PATH: process.env.PATH ?? "", ...env },
    stderr: "inherit",
  });
}

test.each<[string, () => Transport]>([
  ["over HTTP", () => overHttp(installation.token)],
  [
    "over stdio, for the running installation",
    () => overStdio({ ONCALL_URL: api.url, ONCALL_TOKEN: installation.token }),
  ],
  ["over stdio, on its own", () => overStdio(installation.env)],
])("a client lists the tools and calls them %s", async (_, transport) => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport());
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["find_resource_owner", "get_resource", "query_logs"]),
    );
    expect(
      tools.every(({ outputSchema, annotations }) => outputSchema !== undefined && annotations?.readOnlyHint),
    ).toBe(true);

    const owner = await client.callTool({ name: "find_resource_owner", arguments: { id: "ord-1234" } });
    expect(owner.structuredContent).toMatchObject({
      state: "ok",
      data: { service: "order-service", pattern: "ord-*" },
    });
    const resource = await client.callTool({ name: "get_resource", arguments: { id: "ord-1234" } });
    expect(resource.structuredContent).toMatchObject({
      state: "ok",
      data: { status: "PENDING", error: "Database connection timeout after 30s" },
    });

    const wrong = await client.callTool({
      name: "get_service_catalog",
      arguments: { service: "order-servce" },
    });
    expect(wrong).toMatchObject({
      isError: true,
      structuredContent: { state: "error", error: { kind: "not_found" } },
    });
  } finally {
    await client.close();
  }
});

test.each([
  ["without a token", undefined],
  ["with a wrong token", "Bearer nonsense"],
  ["with another scheme", "Basic b25jYWxsOm9uY2FsbA=="],
])("%s /mcp answers 401 and how to authenticate", async (_, authorization) => {
  const response = await fetch(new URL("/mcp", api.url), {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
});

test("a client without the token does not get in", async () => {
  const client = new Client({ name: "test", version: "1" });
  await expect(client.connect(overHttp("nonsense"))).rejects.toThrow(/401|Unauthorized/i);
});
