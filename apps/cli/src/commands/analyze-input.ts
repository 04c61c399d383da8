import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError } from "@oncall/core";
import { type ContainerLogs, lastReport, readKubectl } from "@oncall/tools";
import { jsonDocuments } from "./json-documents.ts";

/** Nodes report at least every five minutes: a dump whose newest time is older than this was kept for a while. */
const KEPT_MS = 15 * 60_000;
/** Node holds no longer text. 50,000 pods are some 70 to 400 MiB. */
const MAX_BYTES = 500 * 2 ** 20;
/** No report is as young as the dump that holds it. */
const REPORT_MS = 30_000;

/** A file, or standard input for `-`. */
export async function read(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (file === "-"
      ? process.stdin
      : createReadStream(file)) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw tooLong(file);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("invalid_input", `${file} cannot be read.`, { cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLong(file: string): AppError {
  return new AppError(
    "invalid_input",
    `${file} holds more than ${MAX_BYTES / 2 ** 20} MiB; give it one namespace or kind at a time.`,
  );
}

/** Objects of a cluster, and what its containers wrote. */
export interface ClusterInput {
  readonly objects: readonly unknown[];
  readonly logs: ReadonlyMap<string, ContainerLogs> | undefined;
  /** Kinds of which all objects are there; of a terminal's text nobody knows. */
  readonly whole?: ReadonlySet<string>;
  /** When it was read, which "for two minutes" is measured to. */
  readonly at: Date;
  readonly notes: readonly string[];
}

/** A file with JSON or with kubectl's text, and a second one with logs where it is given. */
export async function readCluster(
  file: string,
  options: { readonly logs?: string | undefined; readonly at?: string | undefined },
): Promise<ClusterInput> {
  const content = await read(file);
  const more = options.logs === undefined ? undefined : parseLogs(await read(options.logs), options.logs);
  const objects = parseObjects(content, file);
  if (objects !== null) {
    const [refused] = objects.filter((value) => (value as { kind?: unknown } | null)?.kind === "Status");
    if (refused !== undefined && objects.length === 1)
      throw new AppError(
        "invalid_input",
        `${file} holds no objects but the API's refusal: ${String((refused as { message?: unknown }).message)}`,
      );
    const { at, note } = await takenAt(file, lastReport(objects), options.at);
    return { objects, logs: more, at, notes: note === null ? [] : [note] };
  }
  const text = readKubectl(content);
  const { at, note } = await takenAt(file, text.readAfter, options.at);
  const found = text.objects(at);
  if (found.length === 0) {
    throw new AppError(
      "invalid_input",
      `${file} holds nothing that kubectl prints of objects; give it the output of kubectl get (also with -o yaml or -o json), describe or events. ${text.notes.join(" ")}`.trim(),
    );
  }
  return {
    objects: found,
    whole: new Set(),
    logs: new Map([...text.logs, ...(more ?? [])]),
    at,
    notes: [...(note === null ? [] : [note]), ...text.notes],
  };
}

/** JSON, also several documents after each other; null for what does not begin like it. */
function parseObjects(content: string, file: string): readonly unknown[] | null {
  const trimmed = content.trim();
  if (trimmed === "")
    throw new AppError("invalid_input", `${file} is empty; give it what kubectl get or describe prints.`);
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return null;
  try {
    return [JSON.parse(trimmed)];
  } catch (cause) {
    const values = jsonDocuments(trimmed);
    // Prompts may stand between the documents, and other commands' output.
    if (values === null && /^\S*[$#%>❯] ?(kubectl|oc) /m.test(trimmed)) return null;
    if (values === null)
      throw new AppError("invalid_input", `${file} is not JSON: ${(cause as Error).message}`, { cause });
    return values;
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

/**
 * `{"pod/container": {"current": [lines], "previous": [lines]}}`, or the lines alone; or what `kubectl logs` prints,
 * below the line with the command.
 */
function parseLogs(content: string, file: string): ReadonlyMap<string, ContainerLogs> {
  if (!content.trim().startsWith("{")) {
    const { logs } = readKubectl(content);
    if (logs.size > 0) return logs;
    throw new AppError(
      "invalid_input",
      `${file} does not say whose logs it holds: put the line "$ kubectl logs POD -n NAMESPACE" above them.`,
    );
  }
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
 * When the objects were read: what `--at` says, else now, unless the newest time in them shows that they were kept for
 * a while.
 */
async function takenAt(
  file: string,
  newest: number | undefined,
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
  if (newest === undefined || read.getTime() - newest < KEPT_MS) return { at: read, note: null };
  const at = new Date(newest + REPORT_MS);
  return {
    at,
    note: `Times are measured to ${at.toISOString()}, just after the newest in the objects; --at sets another.`,
  };
}
