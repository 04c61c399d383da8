import { estimateTokens } from "@oncall/core";
import { notation } from "./notation.ts";

/** How a list of alike objects is shown: what all of them have in common once, the rest as rows under columns. */
export interface Table {
  readonly same?: object;
  /** Pointers below the item, without the leading slash. */
  readonly cols: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const MAX_COLUMNS = 30;

/** Every list of objects in a JSON value as a table, where that is shorter. */
export function withTables(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTables(item)]));
  const plain = value.map(withTables);
  const table = value.length > 1 && value.every(isObject) ? toTable(value) : null;
  return table !== null && size(table) < size(plain) ? table : plain;
}

function toTable(items: readonly Record<string, unknown>[]): Table | null {
  const flat = items.map((item) => new Map(leavesOf(item, "")));
  const names = [...new Set(flat.flatMap((leaves) => [...leaves.keys()]))];
  if (names.length > MAX_COLUMNS) return null;
  const written = (leaves: ReadonlyMap<string, unknown>, name: string): string => notation(leaves.get(name));
  const isSame = (name: string): boolean =>
    flat.every((leaves) => leaves.has(name) && written(leaves, name) === written(flat[0] ?? new Map(), name));
  const same = names.filter(isSame);
  const cols = names.filter((name) => !same.includes(name));
  return {
    ...(same.length > 0 ? { same: nested(same.map((name) => [name, flat[0]?.get(name)])) } : {}),
    cols,
    rows: flat.map((leaves) => cols.map((name) => leaves.get(name) ?? null)),
  };
}

/** Plain values, and lists of them, by pointer. */
function leavesOf(value: unknown, at: string): [string, unknown][] {
  if (value === undefined) return [];
  const isBranch = typeof value === "object" && value !== null && !isPlainList(value);
  if (!isBranch) return [[at, value]];
  return Object.entries(value).flatMap(([key, item]) => {
    const token = key.replaceAll("~", "~0").replaceAll("/", "~1");
    return leavesOf(item, at === "" ? token : `${at}/${token}`);
  });
}

/** The object that those leaves make; what lies under all the numbers from 0 on is a list. */
function nested(leaves: readonly (readonly [string, unknown])[]): object {
  const [first] = leaves;
  if (leaves.length === 1 && first?.[0] === "") return first[1] as object;
  const below = new Map<string, [string, unknown][]>();
  for (const [pointer, value] of leaves) {
    const [, head = "", rest = ""] = /^([^/]*)\/?(.*)$/s.exec(pointer) ?? [];
    below.set(head, [...(below.get(head) ?? []), [rest, value]]);
  }
  const entries = [...below].map(([token, inner]): [string, unknown] => [
    token.replaceAll("~1", "/").replaceAll("~0", "~"),
    nested(inner),
  ]);
  const isList = entries.every(([key], i) => key === String(i));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function isPlainList(value: object): boolean {
  return Array.isArray(value) && !value.some((item) => typeof item === "object" && item !== null);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function size(value: unknown): number {
  return estimateTokens(notation(value));
}
