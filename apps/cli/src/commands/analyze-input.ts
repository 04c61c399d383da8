import { readFile, stat } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { AppError } from "@oncall/core";
import { type ContainerLogs, lastReport } from "@oncall/tools";

/** Nodes report at least every five minutes: a dump whose newest time is older than this was kept for a while. */
const KEPT_MS = 15 * 60_000;
/** No report is as young as the dump that holds it. */
const REPORT_MS = 30_000;

/** A file, or standard input for `-`. */
export async function read(file: string): Promise<string> {
  if (file === "-") return await readAll(process.stdin);
  return await readFile(file, "utf8").catch((cause: unknown) => {
    throw new AppError("invalid_input", `${file} cannot be read.`, { cause });
  });
}

/** JSON, or one object a line. */
export function parseObjects(content: string, file: string): readonly unknown[] {
  const trimmed = content.trim();
  if (trimmed === "")
    throw new AppError("invalid_input", `${file} is empty; give it the output of kubectl get … -o json.`);
  try {
    if (trimmed.startsWith("{") || trimmed.startsWith("[")) return [JSON.parse(trimmed)];
  } catch (cause) {
    const values = jsonLines(trimmed);
    if (values === null)
      throw new AppError("invalid_input", `${file} is not JSON: ${(cause as Error).message}`, { cause });
    return values;
  }
  throw new AppError("invalid_input", `${file} is not JSON; give it the output of kubectl get … -o json.`);
}

function jsonLines(content: string): readonly unknown[] | null {
  try {
    return content
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}

export function parseJson(content: string, file: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw new AppError("invalid_input", `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new AppError("invalid_input", `${file} holds no JSON object.`);
}

/** `{"pod/container": {"current": [lines], "previous": [lines]}}`, or the lines alone. */
export function parseLogs(content: string, file: string): ReadonlyMap<string, ContainerLogs> {
  const entries = Object.entries(parseJson(content, file) as Record<string, unknown>);
  return new Map(
    entries.map(([key, value]) => {
      const { current, previous } = Array.isArray(value)
        ? { current: value, previous: [] }
        : (value as Partial<ContainerLogs>);
      return [key, { current: onlyLines(current), previous: onlyLines(previous) }];
    }),
  );
}

function onlyLines(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/**
 * When the objects were read, which "for two minutes" is measured to: what `--at` says, else now, unless the objects
 * themselves show that they were kept for a while.
 */
export async function takenAt(
  file: string,
  objects: readonly unknown[],
  wanted: string | undefined,
): Promise<{ readonly at: Date; readonly note: string | null }> {
  if (wanted !== undefined) {
    const at = new Date(wanted);
    if (Number.isNaN(at.getTime())) {
      throw new AppError("invalid_input", `--at ${wanted} is no time; write it like 2026-11-20T10:15:00Z.`);
    }
    return { at, note: null };
  }
  const read = file === "-" ? new Date() : (await stat(file)).mtime;
  const newest = lastReport(objects);
  if (newest === undefined || read.getTime() - newest < KEPT_MS) return { at: read, note: null };
  const at = new Date(newest + REPORT_MS);
  return {
    at,
    note: `Times are measured to ${at.toISOString()}, just after the newest in the objects; --at sets another.`,
  };
}
