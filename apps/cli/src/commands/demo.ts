import { parseArgs } from "node:util";
import { AppError, nearestNames } from "@oncall/core";
import { scenarioNames, scenarioTitles } from "@oncall/sandbox";
import { readAnswers } from "../demo/answers.ts";
import { type Company, openCompany } from "../demo/company.ts";
import { keepUp } from "../demo/keep-up.ts";
import { demoReport } from "../demo/report.ts";
import { print } from "../print.ts";

const USAGE = "Usage: oncall demo [--scenario NAME] [--seed N] [--once] [--json] [--scripted-model] | --list";

/**
 * `npm run demo`: the main job at a practice company. Its servers speak the real protocols; the product is
 * started as in production and is told only their addresses.
 */
export async function demo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string", default: "acme-01" },
      seed: { type: "string", default: "1" },
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      "scripted-model": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(USAGE);
  if (values.list)
    return say(
      scenarioTitles()
        .map(({ name, title }) => `${name}  ${title}`)
        .join("\n"),
    );
  const { scenario } = values;
  if (!scenarioNames().includes(scenario)) {
    const nearest = nearestNames(scenario, scenarioNames()).join(" or ");
    throw new AppError(
      "invalid_input",
      `There is no scenario "${scenario}"${nearest ? `; did you mean ${nearest}?` : "."} \`npm run demo -- --list\` prints the names.`,
    );
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed))
    throw new AppError("invalid_input", `--seed takes a whole number, not "${values.seed}".`);

  const tell = (line: string): void => console.error(line);
  let company: Company | undefined;
  try {
    company = await openCompany({
      scenario,
      seed,
      freePort: values.once,
      scriptedModel: values["scripted-model"],
      tell,
    });
    const answers = await readAnswers(company, tell);
    if (values.json) print(JSON.stringify(demoReport(company, answers)));
    else print(`\n${answers.text}\n`);
    if (!values.once) await keepUp(company, answers.incident.incident.id);
    return 0;
  } finally {
    await company?.close();
  }
}

function say(text: string): number {
  print(text);
  return 0;
}
