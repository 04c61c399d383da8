import { LEVEL_FIELDS, levelOf, MESSAGE_FIELDS } from "./query.ts";
import type { LogLine } from "./types.ts";

export type Document = Readonly<Record<string, unknown>>;

const SERVICE_FIELDS = ["service", "service.name", "kubernetes.labels.app"] as const;
const POD_FIELDS = ["kubernetes.pod_name", "kubernetes.pod.name", "pod"] as const;
const STACK_FIELDS = ["stack_trace", "error.stack_trace", "exception"] as const;

/** A log line from whatever the shipper wrote; what is missing stays empty, nothing is refused. */
export function lineOf(document: Document): LogLine {
  const service = firstText(document, SERVICE_FIELDS);
  const pod = firstText(document, POD_FIELDS);
  const stack = firstText(document, STACK_FIELDS);
  return {
    at: timeOf(document["@timestamp"]),
    level: levelOf(LEVEL_FIELDS.map((field) => valueAt(document, field)).find(isScalar)),
    message: firstText(document, MESSAGE_FIELDS) ?? "",
    ...(service === undefined ? {} : { service }),
    ...(pod === undefined ? {} : { pod }),
    ...(stack === undefined ? {} : { stack }),
  };
}

function timeOf(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? String(value) : at.toISOString();
}

function firstText(document: Document, fields: readonly string[]): string | undefined {
  const found = fields.map((field) => valueAt(document, field)).find(isScalar);
  return found === undefined ? undefined : String(found);
}

function isScalar(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

/** `a.b` as the document holds it: under the dotted key itself, or nested. */
function valueAt(document: Document, field: string): unknown {
  if (Object.hasOwn(document, field)) return document[field];
  let value: unknown = document;
  for (const key of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
