import type { ParsedService } from "./parse.ts";
import type { Problem } from "./problem.ts";

/** The result of parsing one file as a person reads it; ends with a newline. */
export function renderProblems(path: string, result: ParsedService): string {
  const lines = [
    ...result.errors.map((problem) => render(path, "error", problem)),
    ...result.warnings.map((problem) => render(path, "warning", problem)),
    summary(path, result),
  ];
  return `${lines.join("\n")}\n`;
}

function render(path: string, level: string, { line, column, key, message, mend }: Problem): string {
  return `${path}:${line}:${column} ${level}: ${key === "" ? "" : `${key}: `}${message}\n    ${mend}`;
}

function summary(path: string, { definition, errors, warnings }: ParsedService): string {
  const told = [count(errors.length, "error"), count(warnings.length, "warning")].filter(Boolean).join(", ");
  if (definition === null) return `${path}: not valid, ${told}`;
  return `${path}: ${definition.name} (team ${definition.team}) is valid${told === "" ? "" : `, ${told}`}`;
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
