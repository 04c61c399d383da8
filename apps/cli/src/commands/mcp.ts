import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { buildMcpServer, openRegistry } from "@oncall/api";
import { AppError } from "@oncall/core";
import { openDatabase, quietLogger, readConfig } from "../installation.ts";
import { stopSignal } from "../serve.ts";
import { version } from "../version.ts";

/** `oncall mcp`: MCP over stdio. Bridges to ONCALL_URL when that is set, else reads the backends itself. */
export async function mcp(): Promise<number> {
  const config = readConfig();
  if (config.oncallUrl !== undefined) return bridge(config.oncallUrl, config.token?.reveal());

  const logger = quietLogger(config);
  const database = await openDatabase(config, logger);
  const { registry, close } = openRegistry({ config, databaseUrl: database.url, logger });
  const handle = serveStdio(() => buildMcpServer(registry, version));
  await Promise.race([stopSignal(), inputEnded()]);
  await handle.close();
  await close();
  await database.close();
  return 0;
}

/** Passes every message on as it is, both ways: the two ends negotiate the protocol themselves. */
async function bridge(url: string, token: string | undefined): Promise<number> {
  if (token === undefined)
    throw new AppError(
      "invalid_input",
      "ONCALL_URL is set: set ONCALL_TOKEN to that installation's token too.",
    );
  const local = new StdioServerTransport();
  // The class declares its session id as possibly undefined, which the interface's exact optional types forbid.
  const remote = new StreamableHTTPClientTransport(new URL("/mcp", url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  }) as Transport;
  let failed = false;
  const report = (error: Error): void => {
    failed = true;
    console.error(`oncall mcp: ${url}: ${error.message}`);
  };
  remote.onerror = report;
  remote.onmessage = (message) => void local.send(message).catch(report);
  local.onmessage = (message) => void remote.send(message).catch(report);
  await remote.start();
  await local.start();
  await Promise.race([stopSignal(), inputEnded()]);
  await remote.close();
  await local.close();
  return failed ? 1 : 0;
}

function inputEnded(): Promise<void> {
  return new Promise((resolve) => process.stdin.once("end", resolve).once("close", resolve));
}
