import type { ObjectFinding } from "./finding.ts";
import type { CheckReport } from "./index.ts";

const MAX_NOTES = 10;

/** A report as a person reads it: failures first, then what is worth knowing, what is well, and remarks. */
export function reportText({ findings, well, notes }: CheckReport): string[] {
  const failures = findings.filter(({ severity }) => severity !== "info");
  const others = findings.filter(({ severity }) => severity === "info");
  return [
    ...(failures.length === 0
      ? [
          well.length === 0
            ? "Nothing is wrong in what was read."
            : "No failure found; all that was looked at is normal.",
        ]
      : failures.map(line)),
    ...(others.length === 0 ? [] : ["", "Worth knowing:", ...others.slice(0, MAX_NOTES).map(line)]),
    ...(others.length > MAX_NOTES ? [`and ${others.length - MAX_NOTES} more (--json shows them)`] : []),
    ...(well.length === 0 ? [] : ["", ...well.map((words) => `well: ${words}`)]),
    ...notes.map((words) => `note: ${words}`),
  ];
}

function line({ severity, code, subject, since, summary }: ObjectFinding): string {
  const where = subject.namespace === null ? subject.name : `${subject.namespace}/${subject.name}`;
  return `${severity.padEnd(8)} ${subject.kind} ${where}  ${code}${since === undefined ? "" : `  since ${since}`}\n         ${summary}`;
}
