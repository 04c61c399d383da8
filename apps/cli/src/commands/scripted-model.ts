import { parseArgs } from "node:util";
import { AppError } from "@oncall/core";
import { startScriptedModel } from "@oncall/sandbox";
import { stopSignal } from "../serve.ts";

/** `oncall scripted-model [--port N] [--script NAME|FILE]`: speaks the Messages API from a script until Ctrl-C. */
export async function scriptedModel(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "0" },
      script: { type: "string", default: "echo-first-look" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError("invalid_input", `--port takes 0 to 65535, not "${values.port}".`);
  const model = await startScriptedModel({ script: values.script, port });
  console.log(`export ANTHROPIC_BASE_URL=${model.url} ANTHROPIC_API_KEY=scripted`);
  console.error("A scripted stand-in for the model; no model is behind it. Ctrl-C ends it.");
  await stopSignal();
  await model.close();
  return 0;
}
