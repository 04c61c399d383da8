import { parseArgs } from "node:util";
import { openRegistry } from "@oncall/api";
import { AppError, estimateTokens, type ToolResult } from "@oncall/core";
import type { ToolDescription } from "@oncall/tools";
import { openDatabase, quietLogger, readConfig } from "../installation.ts";
import { print } from "../print.ts";
import { remoteOf } from "../remote.ts";

/** `oncall tool list [--json]` and `oncall tool call NAME '{…}'`. */
export async function tool(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" } },
  });
  const [verb, name, input] = positionals;
  if (verb !== "list" && !(verb === "call" && name !== undefined)) {
    throw new AppError("invalid_input", "Usage: oncall tool list [--json] | oncall tool call NAME '{…}'");
  }
  const tools = await openTools();
  try {
    if (verb === "list") {
      const known = await tools.list();
      print(values.json ? JSON.stringify({ tools: known, tokens: sizeOf(known) }) : listing(known));
      return 0;
    }
    const result = await tools.call(name ?? "", parseInput(input));
    print(JSON.stringify(result, null, values.json ? 0 : 2));
    return result.state === "error" ? 1 : 0;
  } finally {
    await tools.close();
  }
}

interface Tools {
  list(): Promise<readonly ToolDescription[]>;
  call(name: string, input: unknown): Promise<ToolResult>;
  close(): Promise<void>;
}

/** The tools of ONCALL_URL's installation, or of one composed here. */
async function openTools(): Promise<Tools> {
  const config = readConfig();
  const remote = remoteOf(config);
  if (remote) {
    return {
      list: async () => ((await remote.get("/api/tools")) as { tools: ToolDescription[] }).tools,
      call: async (name, input) =>
        (await remote.post(`/api/tools/${encodeURIComponent(name)}`, input)) as ToolResult,
      close: async () => undefined,
    };
  }
  const logger = quietLogger(config);
  const database = await openDatabase(config, logger);
  const { registry, close } = openRegistry({ config, databaseUrl: database.url, logger });
  return {
    list: async () => registry.tools,
    call: (name, input) => registry.call(name, input),
    close: async () => {
      await close();
      await database.close();
    },
  };
}

function parseInput(text = "{}"): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_input", `The tool's input is not JSON: ${text}`, { cause });
  }
}

function listing(tools: readonly ToolDescription[]): string {
  const rows = tools.map(
    (entry) => `${entry.name.padEnd(26)} ${String(sizeOf([entry])).padStart(5)}  ${entry.description}`,
  );
  return [
    ...rows,
    `${"all, as the model sees them".padEnd(26)} ${String(sizeOf(tools)).padStart(5)}  tokens (UTF-8 bytes ÷ 3.5, an estimate)`,
  ].join("\n");
}

/** What the model is sent of a tool: name, description and input schema. */
function sizeOf(tools: readonly ToolDescription[]): number {
  return estimateTokens(
    JSON.stringify(
      tools.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema })),
    ),
  );
}
