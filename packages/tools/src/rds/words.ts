import { quote } from "../kubernetes/checks/words.ts";
import type { LoadedStatement, LoadShare } from "./facts.ts";

const MAX_STATEMENT = 160;
const MAX_WAITS = 3;

/** `2026-03-28 13:01 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `195 MB`, `1.2 GB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${figure(size)} ${units[unit]}`;
}

/** Three significant digits; whole numbers stay whole. */
export function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

/** `UPDATE … (5.9 sessions: WAL:Lock 3.8, CPU:user 0.7)`. */
export function statementWords({ name, sessions, waits }: LoadedStatement): string {
  return `"${quote(name, MAX_STATEMENT)}" (${figure(sessions)} sessions${waits.length === 0 ? "" : `: ${waitWords(waits)}`})`;
}

export function waitWords(waits: readonly LoadShare[]): string {
  return waits
    .slice(0, MAX_WAITS)
    .map(({ name, sessions }) => `${name} ${figure(sessions)}`)
    .join(", ");
}
