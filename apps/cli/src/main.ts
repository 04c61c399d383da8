import { AppError } from "@oncall/core";
import { analyze } from "./commands/analyze.ts";
import { api } from "./commands/api.ts";
import { catalog } from "./commands/catalog.ts";
import { demo } from "./commands/demo.ts";
import { evaluate } from "./commands/eval.ts";
import { mcp } from "./commands/mcp.ts";
import { sandbox } from "./commands/sandbox.ts";
import { scriptedModel } from "./commands/scripted-model.ts";
import { tool } from "./commands/tool.ts";
import { up } from "./commands/up.ts";
import { worker } from "./commands/worker.ts";

/** A command takes its arguments and answers the exit code: 0 success, 1 failure, 2 bad usage. */
type Command = (args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, { readonly run: Command; readonly summary: string }>> = {
  up: { run: up, summary: "the API and a worker in one process; --sandbox: beside a practice company" },
  api: { run: api, summary: "the API alone" },
  worker: { run: worker, summary: "a worker alone" },
  mcp: { run: mcp, summary: "the tools over stdio, for MCP clients" },
  tool: { run: tool, summary: "list | call NAME '{…}': the tools by hand" },
  catalog: { run: catalog, summary: "lint FILE | syncs [ID]: service.yaml and what became of it" },
  "scripted-model": { run: scriptedModel, summary: "a stand-in for the model's API, from a script" },
  eval: { run: evaluate, summary: "practice incidents through the whole product, scored against the truth" },
  sandbox: { run: sandbox, summary: "fire [NAME]: an alert at the practice company that runs" },
  analyze: {
    run: analyze,
    summary: "kubernetes | logs | alert | database FILE|-: what the analyzers say of a file",
  },
  demo: { run: demo, summary: "an alert at a practice company, from start to end" },
};

const [, , name, ...args] = process.argv;
process.exitCode = await main(name, args);

async function main(wanted: string | undefined, rest: readonly string[]): Promise<number> {
  const command = wanted === undefined ? undefined : commands[wanted];
  if (command === undefined) {
    const asked = wanted === undefined || ["help", "--help", "-h"].includes(wanted);
    if (!asked) console.error(`oncall: there is no command "${wanted}".`);
    (asked ? console.log : console.error)(usage());
    return asked ? 0 : 2;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof AppError) {
      console.error(`oncall ${wanted}: ${error.message}`);
      return error.kind === "invalid_input" ? 2 : 1;
    }
    if (isUsageError(error)) {
      console.error(`oncall ${wanted}: ${error.message}`);
      return 2;
    }
    console.error(error);
    return 1;
  }
}

function usage(): string {
  const lines = Object.entries(commands).map(
    ([command, { summary }]) => `  oncall ${command.padEnd(15)} ${summary}`,
  );
  return ["Usage:", ...lines].join("\n");
}

/** What node:util's parseArgs throws for a flag it does not know. */
function isUsageError(error: unknown): error is Error {
  return (
    error instanceof TypeError && String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS")
  );
}
