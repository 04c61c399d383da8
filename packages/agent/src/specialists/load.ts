import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, checker, nearestNames } from "@oncall/core";
import { Type } from "typebox";
import { parse } from "yaml";

/** An agent that the lead may delegate to (SPEC §7): a Markdown file with front matter. */
export interface Specialist {
  readonly name: string;
  /** For the lead: what to ask it for. */
  readonly description: string;
  /** The only tools it has, beside get_evidence. */
  readonly tools: readonly string[];
  /** A role (`lead`, `small`, `specialist`) or a model's id. */
  readonly model: string;
  /** The Markdown below the front matter: its system prompt. */
  readonly instructions: string;
}

const FrontMatter = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,39}$" }),
    description: Type.String({ minLength: 1, maxLength: 200 }),
    tools: Type.Array(Type.String(), { minItems: 1, maxItems: 20 }),
    model: Type.String({ minLength: 1, maxLength: 120, default: "specialist" }),
  },
  { additionalProperties: false },
);
const frontMatter = checker(FrontMatter);

const MAX_INSTRUCTIONS = 8_000;
const builtIn = fileURLToPath(new URL("../../../../agents/", import.meta.url));

/**
 * The specialists of this repository and those of a folder, by name. Throws one invalid_input that lists every problem
 * of every file.
 */
export function loadSpecialists(
  folder: string | undefined,
  toolNames: readonly string[],
): readonly Specialist[] {
  const problems: string[] = [];
  const found = new Map<string, Specialist>();
  for (const file of [builtIn, ...(folder === undefined ? [] : [folder])].flatMap((from) =>
    filesOf(from, problems),
  )) {
    const specialist = read(file, toolNames, problems);
    if (specialist === null) continue;
    if (found.has(specialist.name))
      problems.push(`${file}: there is another agent "${specialist.name}"; rename one.`);
    found.set(specialist.name, specialist);
  }
  if (problems.length > 0)
    throw new AppError("invalid_input", ["The agents are not valid:", ...problems].join("\n  "));
  return [...found.values()];
}

function filesOf(folder: string, problems: string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    problems.push(`${folder}: cannot be read: ${(error as Error).message}`);
    return [];
  }
}

function read(file: string, toolNames: readonly string[], problems: string[]): Specialist | null {
  const [, head, body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(file, "utf8")) ?? [];
  const refuse = (problem: string): null => {
    problems.push(`${file}: ${problem}`);
    return null;
  };
  if (head === undefined)
    return refuse('begins with no front matter: "---", name, description, tools and model, "---".');
  let fields: unknown;
  try {
    fields = { model: "specialist", ...(parse(head) as object) };
  } catch (error) {
    return refuse(`its front matter is no YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  const misfits = frontMatter.problems(fields);
  if (misfits.length > 0) return refuse(`${misfits.join("; ")}.`);
  const { name, description, tools, model } = frontMatter.parse(fields, file);
  const unknown = tools.filter((tool) => !toolNames.includes(tool));
  if (unknown.length > 0) {
    const near = nearestNames(unknown[0] ?? "", toolNames, 1);
    return refuse(
      `there is no tool ${unknown.join(", ")}${near.length > 0 ? `; did you mean ${near[0]}?` : "."}`,
    );
  }
  const instructions = body.trim();
  if (instructions === "") return refuse("says nothing below its front matter; write what it is to do.");
  if (instructions.length > MAX_INSTRUCTIONS)
    return refuse(`has ${instructions.length} characters of instructions; at most ${MAX_INSTRUCTIONS}.`);
  return { name, description, tools, model, instructions };
}
