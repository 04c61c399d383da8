import { readFileSync } from "node:fs";
import { checker, nearestNames } from "@oncall/core";
import { parse as parseYaml } from "yaml";
import type { Variable } from "./config-kinds.ts";
import { requirements, type Settings, type VariableName, variables } from "./config-variables.ts";

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a config.yaml; absent when there is none. */
  readonly file?: string | undefined;
  /** By variable name; they override the environment, which overrides the file. */
  readonly flags?: Readonly<Partial<Record<VariableName, string>>> | undefined;
}

const entries = Object.entries(variables) as [VariableName, Variable][];

/** The settings from all sources, and every problem found on the way, one sentence each. */
export function readSettings(sources: ConfigSources): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const fromFile = sources.file === undefined ? {} : readFile(sources.file, problems);
  const settings: Record<string, unknown> = {};
  for (const [name, variable] of entries) {
    const raw = firstSet(sources.flags?.[name], sources.env[name], fromFile[name], variable.default);
    if (raw === undefined) continue;
    const value = typed(variable, raw);
    if (fits(variable, value)) settings[name] = value;
    else
      problems.push(
        `${name}: ${variable.secret ? "its value" : JSON.stringify(raw)} is not ${variable.expected}.`,
      );
  }
  for (const [name, needs] of requirements) {
    const failed = problems.some((problem) => problem.startsWith(`${needs}:`));
    if (settings[name] !== undefined && settings[needs] === undefined && !failed) {
      problems.push(`${name}: it is of no use without ${needs}; set that too, or unset ${name}.`);
    }
  }
  return { settings: settings as Settings, problems };
}

function firstSet(...values: readonly (string | undefined)[]): string | undefined {
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== "");
}

function typed({ schema }: Variable, raw: string): unknown {
  const { type } = schema as { type?: string };
  if (type === "integer") return /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
  if (type === "number") return /^\d{1,9}(?:\.\d{1,6})?$/.test(raw) ? Number(raw) : raw;
  if (type === "array") {
    return raw
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }
  return raw;
}

function fits({ schema }: Variable, value: unknown): boolean {
  if (checker(schema).problems(value).length > 0) return false;
  // The pattern has checked the shape; a port of 99999 only the parser notices.
  const urls = [value]
    .flat()
    .filter((item): item is string => typeof item === "string" && item.includes("://"));
  return urls.every((url) => URL.canParse(url));
}

/** The file's values by variable name, as the texts that the environment would hold. */
function readFile(path: string, problems: string[]): Partial<Record<VariableName, string>> {
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    problems.push(`${path}: cannot be read: ${(error as Error).message.split("\n")[0]}`);
    return {};
  }
  if (!isMapping(content)) {
    problems.push(`${path}: must hold sections, such as "http:" with "port: 3000" below it.`);
    return {};
  }
  const values: Partial<Record<VariableName, string>> = {};
  const sections = [...new Set(entries.map(([, { section }]) => section))];
  for (const [section, keys] of Object.entries(content)) {
    if (!sections.includes(section)) {
      problems.push(`${path}: unknown section "${section}"${suggestion(section, sections)}`);
    } else if (isMapping(keys)) {
      readSection(path, section, keys, values, problems);
    } else if (keys !== null) {
      problems.push(`${path}: section "${section}" must hold "key: value" lines.`);
    }
  }
  return values;
}

function readSection(
  path: string,
  section: string,
  keys: Record<string, unknown>,
  values: Partial<Record<VariableName, string>>,
  problems: string[],
): void {
  const known = entries.filter(([, variable]) => variable.section === section);
  for (const [key, value] of Object.entries(keys)) {
    const match = known.find(([, variable]) => variable.key === key);
    if (match === undefined) {
      const names = known.map(([, variable]) => variable.key);
      problems.push(`${path}: unknown key "${section}.${key}"${suggestion(key, names)}`);
      continue;
    }
    const raw = asText(value);
    if (raw === undefined) problems.push(`${path}: "${section}.${key}" is not ${match[1].expected}.`);
    else values[match[0]] = raw;
  }
}

function asText(value: unknown): string | undefined {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value.join(",") : undefined;
}

function suggestion(wanted: string, names: readonly string[]): string {
  const [nearest] = nearestNames(wanted, names, 1);
  return nearest === undefined ? `; known are ${names.join(", ")}.` : `; did you mean "${nearest}"?`;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
