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
}

interface Candidate {
  readonly path: string;
  readonly saves: number;
  /** Cuts in place and says what is left. */
  apply(): Cut;
}

/**
 * A JSON value of at most `maxTokens` (estimated). While it is larger, what saves most is halved: the tail of a
 * list (tools put the most telling items first), the end of a text, the last keys of a map. Says what went.
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
      cuts.set(best.path, { ...cut, of: cuts.get(best.path)?.of ?? cut.of });
    }
  }
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
          node.splice(kept);
          return { what: "items", kept, of };
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

function describe(cuts: ReadonlyMap<string, Cut>): string {
  const sentences = [...cuts].map(
    ([path, { what, kept, of }]) => `${path === "" ? "the answer" : path}: ${kept} of ${of} ${what} shown`,
  );
  const more = sentences.length - MAX_NAMED_CUTS;
  return `Cut to fit: ${sentences.slice(0, MAX_NAMED_CUTS).join("; ")}${more > 0 ? `; and ${more} more places` : ""}.`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
