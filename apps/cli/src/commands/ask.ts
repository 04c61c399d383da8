import { parseArgs } from "node:util";
import { AppError } from "@oncall/core";
import type { TurnStep } from "@oncall/incidents";
import { type Answer, ask as askAssistant } from "../asking/ask.ts";
import { openAssistant } from "../asking/assistant.ts";
import { printAnswer, printStep } from "../asking/print.ts";
import { inert, print } from "../print.ts";

const options = {
  session: { type: "string" },
  json: { type: "boolean", default: false },
  sandbox: { type: "boolean", default: false },
  scenario: { type: "string", default: "acme-01" },
  "scripted-model": { type: "boolean", default: false },
} as const;

const FLAGS = "[--session ID] [--json] [--sandbox [--scenario NAME] [--scripted-model]]";

/** `oncall ask "…"`: a question in plain words; each step as it happens, then the answer. */
export async function ask(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
  const message = positionals.join(" ").trim();
  if (message === "")
    throw new AppError("invalid_input", `Usage: oncall ask "who owns order-service?" ${FLAGS}`);
  return question(message, values);
}

/** `oncall diagnose TARGET [question]`: what is wrong with a service or around an id. */
export async function diagnose(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [target, ...words] = positionals;
  if (target === undefined) {
    const usage = `Usage: oncall diagnose <service or resource id> [question] ${FLAGS}`;
    throw new AppError("invalid_input", usage);
  }
  return question(["diagnose", target, ...words].join(" "), values);
}

interface Values {
  readonly session?: string;
  readonly json: boolean;
  readonly sandbox: boolean;
  readonly scenario: string;
  readonly "scripted-model": boolean;
}

async function question(message: string, values: Values): Promise<number> {
  const { json, session, sandbox, scenario } = values;
  const assistant = await openAssistant({
    sandbox: sandbox ? scenario : undefined,
    scriptedModel: values["scripted-model"],
    tell: (line) => console.error(line),
  });
  // The first Ctrl-C cancels the run, which says so; a second one ends this process at once.
  const cancel = new AbortController();
  const interrupted = (): void => {
    console.error("Cancelling…");
    cancel.abort();
  };
  process.once("SIGINT", interrupted);
  const steps: TurnStep[] = [];
  try {
    const styled = !json && process.stdout.isTTY === true;
    const answer = await askAssistant(
      {
        message,
        sessionId: session,
        signal: cancel.signal,
        onStep(step) {
          steps.push(step);
          if (json) console.error(printStep(inert(step), process.stderr.isTTY === true));
          else console.log(printStep(inert(step), styled));
        },
      },
      assistant,
    );
    if (json) print(JSON.stringify({ ...answer, steps }));
    else console.log(printAnswer(inert(answer), styled));
    return exitCode(answer);
  } finally {
    process.off("SIGINT", interrupted);
    await assistant.close();
  }
}

function exitCode({ status }: Answer): number {
  return status === "done" ? 0 : 1;
}
