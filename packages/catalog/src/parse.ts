import type { Static } from "typebox";
import { schemaErrors, unknownKeys } from "./check-schema.ts";
import { senseErrors, senseWarnings, textErrors } from "./check-sense.ts";
import { toDefinition } from "./definition.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { readYaml } from "./read-yaml.ts";
import type { serviceYamlSchema } from "./schema.ts";
import type { ServiceDefinition } from "./types.ts";

const MAX_PROBLEMS = 100;

export interface ParsedService {
  /** Null when there are errors. */
  readonly definition: ServiceDefinition | null;
  /** In the order of the file; at most 100, the last then says how many are left out. */
  readonly errors: readonly Problem[];
  /** Unknown keys and the like; the service is accepted with them. Bounded as the errors are. */
  readonly warnings: readonly Problem[];
  /** A further problem, found outside of the file, at the line of its key. */
  at(path: KeyPath, message: string, mend: string): Problem;
}

/**
 * Reads the text of one service.yaml (SPEC §4.1; YAML 1.2, one mapping, at most 256 KiB). Never throws:
 * what is wrong comes back with its line, key and mend, all of it at once.
 */
export function parseServiceYaml(text: string): ParsedService {
  const file = readYaml(text);
  const { at } = file;
  if (file.value === null) return { definition: null, errors: bounded(file.problems), warnings: [], at };
  const errors = [...textErrors(file), ...schemaErrors(file)];
  const unknown = unknownKeys(file);
  if (errors.length > 0) return { definition: null, errors: bounded(errors), warnings: bounded(unknown), at };
  const definition = toDefinition(file.value as Static<typeof serviceYamlSchema>);
  const senseless = senseErrors(definition, file);
  return {
    definition: senseless.length > 0 ? null : definition,
    errors: bounded(senseless),
    warnings: bounded([...unknown, ...senseWarnings(definition, file)]),
    at,
  };
}

function bounded(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const kept = sorted.slice(0, MAX_PROBLEMS);
  const next = sorted[MAX_PROBLEMS];
  if (next === undefined) return kept;
  const left = sorted.length - MAX_PROBLEMS;
  return [
    ...kept,
    { ...next, key: "", message: `${left} more problems.`, mend: "Mend the ones above first." },
  ];
}
