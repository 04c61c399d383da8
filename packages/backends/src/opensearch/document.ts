import { lineFields } from "./fields.ts";
import { levelOf } from "./query.ts";
import type { LogLine } from "./types.ts";

export type Document = Readonly<Record<string, unknown>>;

/** A field's name and the keys that lead to it where the document nests. */
interface Field {
  readonly name: string;
  readonly keys: readonly string[];
}

const service = fields(lineFields.service);
const pod = fields(lineFields.pod);
const stack = fields(lineFields.stack);
const level = fields(lineFields.level);
const message = fields(lineFields.message);

/** A log line from whatever the shipper wrote; what is missing stays empty, nothing is refused. */
export function lineOf(document: Document): LogLine {
  const ofService = firstText(document, service);
  const ofPod = firstText(document, pod);
  const trace = firstText(document, stack);
  return {
    at: timeOf(document["@timestamp"]),
    level: levelOf(firstScalar(document, level)),
    message: firstText(document, message) ?? "",
    ...(ofService === undefined ? {} : { service: ofService }),
    ...(ofPod === undefined ? {} : { pod: ofPod }),
    ...(trace === undefined ? {} : { stack: trace }),
  };
}

function fields(names: readonly string[]): readonly Field[] {
  return names.map((name) => ({ name, keys: name.split(".") }));
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function timeOf(value: unknown): string {
  // As most shippers write it; a thousand lines need no thousand dates.
  if (typeof value === "string" && ISO.test(value) && !Number.isNaN(Date.parse(value))) return value;
  if (typeof value !== "string" && typeof value !== "number") return "";
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? String(value) : at.toISOString();
}

function firstText(document: Document, of: readonly Field[]): string | undefined {
  const found = firstScalar(document, of);
  return found === undefined ? undefined : String(found);
}

function firstScalar(document: Document, of: readonly Field[]): string | number | undefined {
  for (const field of of) {
    const value = valueAt(document, field);
    if ((typeof value === "string" && value !== "") || typeof value === "number") return value;
  }
  return undefined;
}

/** `a.b` as the document holds it: under the dotted key itself, or nested. */
function valueAt(document: Document, { name, keys }: Field): unknown {
  if (Object.hasOwn(document, name)) return document[name];
  if (keys.length === 1) return undefined;
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
