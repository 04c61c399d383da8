import { estimateTokens } from "@oncall/core";

export interface Fitted {
  readonly value: unknown;
  /** What was cut, in words with counts; undefined when nothing was. */
  readonly omitted: string | undefined;
}

/** How far lists, texts and maps may be cut, in turn: the mild way first. */
const STAGES = [
  { items: 5, characters: 400, keys: 100 },
  { items: 2, characters: 160, keys: 40 },
  { items: 0, characters: 40, keys: 20 },
] as const;

const MAX_NAMED_CUTS = 6;
const MAX_ROUNDS = 500;

interface Cut {
  readonly what: "items" | "characters" | "keys";
  readonly kept: number;
  readonly of: number;
  /** What all the items were, by kind with counts. */
  readonly counts?: string | undefined;
}

interface Candidate {
  readonly path: string;
  readonly saves: number;
  /** Cuts in place and says what is left. */
  apply(): Cut;
}

/**
 * A JSON value of at most `maxTokens` (estimated). While it is larger, what saves most is halved: the tail of a
 * list (tools put the most telling items first), the end of a text, the last keys of a map. Says what went, and of
 * a list of alike things what they all were. What nothing of this makes small enough is shown as an excerpt.
 */
export function fitSize(value: unknown, maxTokens: number): Fitted {
  const size = (json: unknown): number => estimateTokens(JSON.stringify(json) ?? "");
  if (size(value) <= maxTokens) return { value, omitted: undefined };
  const holder = { value: structuredClone(value) };
  const cuts = new Map<string, Cut>();
  let rounds = 0;
  for (const stage of STAGES) {
    while (size(holder.value) > maxTokens && rounds++ < MAX_ROUNDS) {
      const best = largest(holder, stage);
      if (best === null) break;
      const cut = best.apply();
      const first = cuts.get(best.path);
      cuts.set(best.path, {
        ...cut,
        of: first?.of ?? cut.of,
        counts: first === undefined ? cut.counts : first.counts,
      });
    }
  }
  if (size(holder.value) > maxTokens) return excerptOf(value, maxTokens);
  return { value: holder.value, omitted: describe(cuts) };
}

function largest(holder: { value: unknown }, stage: (typeof STAGES)[number]): Candidate | null {
  let best: Candidate | null = null;
  const offer = (path: string, saves: number, apply: () => Cut): void => {
    if (saves > (best?.saves ?? 0)) best = { path, saves, apply };
  };
  const visit = (node: unknown, path: string, replace: (cut: string) => void): number => {
    if (typeof node === "string") {
      const kept = Math.max(stage.characters, Math.floor(node.length / 2));
      if (node.length > kept + 1) {
        offer(path, node.length - kept, () => {
          replace(`${node.slice(0, kept)}…`);
          return { what: "characters", kept, of: node.length };
        });
      }
      return node.length + 2;
    }
    if (Array.isArray(node)) {
      const sizes = node.map((item, i) => visit(item, `${path}[]`, (cut) => (node[i] = cut)));
      const kept = Math.max(stage.items, Math.floor(node.length / 2));
      if (node.length > kept) {
        offer(path, sum(sizes.slice(kept)), () => {
          const of = node.length;
          const counts = path.includes("[]") ? undefined : countsOf(node);
          node.splice(kept);
          return { what: "items", kept, of, counts };
        });
      }
      return sum(sizes) + 2;
    }
    if (typeof node !== "object" || node === null) return 6;
    const entries = Object.entries(node);
    const sizes = entries.map(
      ([key, item]) =>
        key.length +
        4 +
        visit(item, path === "" ? key : `${path}.${key}`, (cut) => Reflect.set(node, key, cut)),
    );
    const kept = Math.max(stage.keys, Math.floor(entries.length / 2));
    if (entries.length > kept) {
      offer(path, sum(sizes.slice(kept)), () => {
        for (const [key] of entries.slice(kept)) Reflect.deleteProperty(node, key);
        return { what: "keys", kept, of: entries.length };
      });
    }
    return sum(sizes) + 2;
  };
  visit(holder.value, "", (cut) => (holder.value = cut));
  return best;
}

const MAX_KINDS = 6;
const MAX_WORD = 40;

/** `phase Running 380, Pending 20`: all items by the first of their fields that sorts them into two to six kinds. */
function countsOf(items: readonly unknown[]): string | undefined {
  const [first] = items;
  if (typeof first !== "object" || first === null) return undefined;
  for (const field of Object.keys(first)) {
    const kinds = new Map<string, number>();
    for (const item of items) {
      const value: unknown = typeof item === "object" && item !== null ? Reflect.get(item, field) : undefined;
      if (typeof value !== "string" && typeof value !== "boolean") break;
      const kind = String(value).slice(0, MAX_WORD);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kinds.size > MAX_KINDS) break;
    }
    const counted = sum([...kinds.values()]);
    if (counted !== items.length || kinds.size < 2 || kinds.size > MAX_KINDS) continue;
    const sorted = [...kinds].sort((a, b) => b[1] - a[1]);
    return `${field} ${sorted.map(([kind, count]) => `${kind} ${count}`).join(", ")}`;
  }
  return undefined;
}

/** The beginning of the JSON text: for what is too deep or too wide to be cut with sense. */
function excerptOf(value: unknown, maxTokens: number): Fitted {
  const text = JSON.stringify(value) ?? "";
  // Quotes and every byte of a character count, hence a third of what would fit at best.
  const excerpt = text.slice(0, Math.max(0, maxTokens));
  return {
    value: { excerpt },
    omitted: `Too large to cut with sense: the first ${excerpt.length} of ${text.length} characters are shown.`,
  };
}

function describe(cuts: ReadonlyMap<string, Cut>): string {
  const sentences = [...cuts].map(
    ([path, { what, kept, of, counts }]) =>
      `${path === "" ? "the answer" : path}: ${kept} of ${of} ${what} shown${counts === undefined ? "" : ` (of all: ${counts})`}`,
  );
  const more = sentences.length - MAX_NAMED_CUTS;
  return `Cut to fit: ${sentences.slice(0, MAX_NAMED_CUTS).join("; ")}${more > 0 ? `; and ${more} more places` : ""}.`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
