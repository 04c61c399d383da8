import { AppError } from "@oncall/core";
import { printError } from "./print.ts";

/** A command takes its arguments and answers the exit code: 0 success, 1 failure, 2 bad usage. */
type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when it is wanted: all of them together take two seconds of work. */
const commands: Readonly<
  Record<string, { readonly load: () => Promise<Command>; readonly summary: string }>
> = {
  up: {
    load: async () => (await import("./commands/up.ts")).up,
    summary: "the API and a worker in one process; --sandbox: beside a practice company",
  },
  api: { load: async () => (await import("./commands/api.ts")).api, summary: "the API alone" },
  worker: { load: async () => (await import("./commands/worker.ts")).worker, summary: "a worker alone" },
  ask: {
    load: async () => (await import("./commands/ask.ts")).ask,
    summary: '"…": a question in plain words; --session ID goes on with a conversation',
  },
  diagnose: {
    load: async () => (await import("./commands/ask.ts")).diagnose,
    summary: "SERVICE|ID [question]: what is wrong, step by step as it is found out",
  },
  mcp: {
    load: async () => (await import("./commands/mcp.ts")).mcp,
    summary: "the tools over stdio, for MCP clients",
  },
  tool: {
    load: async () => (await import("./commands/tool.ts")).tool,
    summary: "list | call NAME '{…}': the tools by hand",
  },
  catalog: {
    load: async () => (await import("./commands/catalog.ts")).catalog,
    summary: "lint FILE | syncs [ID]: service.yaml and what became of it",
  },
  "scripted-model": {
    load: async () => (await import("./commands/scripted-model.ts")).scriptedModel,
    summary: "a stand-in for the model's API, from a script",
  },
  eval: {
    load: async () => (await import("./commands/eval.ts")).evaluate,
    summary: "practice incidents through the whole product, scored against the truth",
  },
  sandbox: {
    load: async () => (await import("./commands/sandbox.ts")).sandbox,
    summary: "fire [NAME]: an alert at the practice company that runs",
  },
  analyze: {
    load: async () => (await import("./commands/analyze.ts")).analyze,
    summary: "kubernetes | logs | alert | database FILE|-, metrics DIR: what the analyzers say of it",
  },
  demo: {
    load: async () => (await import("./commands/demo.ts")).demo,
    summary: "an alert at a practice company, from start to end",
  },
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
    return await (await command.load())(rest);
  } catch (error) {
    if (error instanceof AppError) {
      printError(`oncall ${wanted}: ${error.message}`);
      return error.kind === "invalid_input" ? 2 : 1;
    }
    if (isUsageError(error)) {
      printError(`oncall ${wanted}: ${error.message}`);
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
