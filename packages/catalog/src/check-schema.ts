import { checker, nearestNames } from "@oncall/core";
import { dotted, type KeyPath, type Problem } from "./problem.ts";
import type { YamlFile } from "./read-yaml.ts";
import { serviceYamlSchema } from "./schema.ts";

/** What is read of the schema in order to explain a fault: its own descriptions and examples are the mend. */
interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly maxItems?: number;
}

const root: SchemaNode = serviceYamlSchema;
const check = checker(serviceYamlSchema);

/** Where a value does not fit the schema; each place once. */
export function schemaErrors(file: YamlFile): Problem[] {
  const seen = new Set<string>();
  const found: Problem[] = [];
  for (const text of check.problems(file.value)) {
    const path = [...placeOf(text), ...missingKey(text)];
    const problem = explain(file, path);
    if (!seen.has(problem.key)) found.push(problem);
    seen.add(problem.key);
  }
  return found;
}

/** Keys that the schema does not know: most often a slip of the finger, sometimes a newer schema's. */
export function unknownKeys(file: YamlFile): Problem[] {
  const found: Problem[] = [];
  walk(root, file.value, [], (path, known) => {
    const key = String(path.at(-1));
    const close = nearestNames(key, known, 1)[0];
    const mend =
      close === undefined ? `Remove it, or use one of ${known.join(", ")}.` : `Did you mean ${close}?`;
    found.push(file.at(path, `Unknown key "${key}"; it is ignored.`, mend));
  });
  return found;
}

/** A checker's problem begins with its JSON pointer ("input" for the root); our keys hold no / or space. */
function placeOf(text: string): KeyPath {
  const pointer = /^\/(\S+)/.exec(text)?.[1];
  return pointer === undefined
    ? []
    : pointer.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function missingKey(text: string): KeyPath {
  const key = /required property '([^']+)'/.exec(text)?.[1];
  return key === undefined ? [] : [key];
}

function explain(file: YamlFile, path: KeyPath): Problem {
  const node = nodeAt(path);
  const value = path.reduce<unknown>(
    (at, step) => (at as Record<string | number, unknown> | null)?.[step],
    file.value,
  );
  const key = typeof path.at(-1) === "number" ? dotted(path) : String(path.at(-1));
  if (value === undefined)
    return file.at(path, `"${key}" is missing.`, `Add ${key}: ${exampleOf(node)}.${about(node)}`);
  if (value === null)
    return file.at(path, `"${key}" has no value.`, `Give it one, or remove the key.${about(node)}`);
  if (node.enum !== undefined) {
    const close = typeof value === "string" ? nearestNames(value, node.enum, 1)[0] : undefined;
    const hint = close === undefined ? "" : ` Did you mean ${close}?`;
    return file.at(
      path,
      `${show(value)} is not one of its values.`,
      `Write one of ${node.enum.join(", ")}.${hint}`,
    );
  }
  if (typeOf(value) !== node.type) {
    return file.at(path, `${show(value)} is ${article(typeOf(value))}.`, `${typeMend(node)}${about(node)}`);
  }
  if (Array.isArray(value)) {
    return file.at(path, `The list has ${value.length} entries.`, `Keep it to ${node.maxItems}.`);
  }
  return file.at(path, `${show(value)} does not fit.`, `Write it like ${exampleOf(node)}.${about(node)}`);
}

function nodeAt(path: KeyPath): SchemaNode {
  return path.reduce<SchemaNode>(
    (node, step) => (typeof step === "number" ? node.items : node.properties?.[step]) ?? {},
    root,
  );
}

function about(node: SchemaNode): string {
  return node.description === undefined ? "" : ` ${node.description}`;
}

function exampleOf(node: SchemaNode): string {
  const example = node.examples?.[0] ?? node.enum?.[0] ?? "…";
  return /[#:*{]/.test(example) ? JSON.stringify(example) : example;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}

const words: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
};

function article(type: string): string {
  return words[type] ?? type;
}

function typeMend(node: SchemaNode): string {
  if (node.type === "string")
    return `Write a text, in quotes, such as ${JSON.stringify(exampleOf(node).replaceAll('"', ""))}.`;
  if (node.type === "array") return 'Write a list: one "- " a line.';
  if (node.type === "object") return "Write key: value lines below it, indented.";
  return `Write ${article(node.type ?? "string")}.`;
}

const SHOWN = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

function walk(
  node: SchemaNode,
  value: unknown,
  path: KeyPath,
  onUnknown: (path: KeyPath, known: string[]) => void,
): void {
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) walk(items, item, [...path, index], onUnknown);
  } else if (value !== null && typeof value === "object" && node.properties !== undefined) {
    for (const [key, inner] of Object.entries(value)) {
      const known = Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
      if (known === undefined) onUnknown([...path, key], Object.keys(node.properties));
      else walk(known, inner, [...path, key], onUnknown);
    }
  }
}
