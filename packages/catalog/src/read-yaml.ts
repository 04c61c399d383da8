import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { dotted, type KeyPath, type Problem } from "./problem.ts";

const MAX_BYTES = 256 * 1024;
const MAX_ALIASES = 100;

export interface YamlFile {
  /** Plain JSON; null when the text could not be read, and then there are problems. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly Problem[];
  /** A problem at the key that `path` leads to, or at the nearest one above it that is there. */
  at(path: KeyPath, message: string, mend: string): Problem;
}

/** One YAML 1.2 mapping of at most 256 KiB, with the line of every key. https://eemeli.org/yaml/ */
export function readYaml(text: string): YamlFile {
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes > MAX_BYTES) {
    return refused(`The file is ${bytes} bytes long.`, `Keep it under ${MAX_BYTES} bytes (256 KiB).`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = position(lines, error.pos[0]);
      const { message = `${error.message}.`, mend } = faults[error.code] ?? { mend: otherMend };
      return { line, column: col, key: "", message, mend };
    });
    return { ...refused("", ""), problems };
  }
  const at = (path: KeyPath, message: string, mend: string): Problem => {
    const { line, col } = position(lines, offsetOf(document, path));
    return { line, column: col, key: dotted(path), message, mend };
  };
  const root = plain(document);
  if (root.failure !== undefined) {
    return {
      value: null,
      problems: [at([], root.failure, "Write the values out instead of using * and &.")],
      at,
    };
  }
  if (!isMap(document.contents)) {
    const message =
      root.value === null ? "The file is empty." : "The file is not a mapping of keys to values.";
    return { value: null, problems: [at([], message, "Begin with name: your-service.")], at };
  }
  return { value: root.value as Record<string, unknown>, problems: [], at };
}

function refused(message: string, mend: string): YamlFile {
  const at = (path: KeyPath, what: string, how: string): Problem => ({
    line: 1,
    column: 1,
    key: dotted(path),
    message: what,
    mend: how,
  });
  return { value: null, problems: [at([], message, mend)], at };
}

/** The document as plain JSON values; aliases that explode or turn in circles are refused. */
function plain(document: Document): { value: unknown; failure?: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // A round trip leaves plain JSON only, and fails on an anchor that holds itself.
    return { value: JSON.parse(JSON.stringify(value ?? null)) };
  } catch (error) {
    const detail = error instanceof ReferenceError ? error.message : "an anchor holds itself";
    return { value: null, failure: `The file's aliases cannot be resolved: ${detail}.` };
  }
}

// What the parser says is kept, except where it speaks to programmers.
const faults: Readonly<Record<string, { message?: string; mend: string }>> = {
  DUPLICATE_KEY: { message: "The key is here twice.", mend: "Keep one of the two." },
  MULTIPLE_DOCS: {
    message: "A second document begins here.",
    mend: "Keep one document: one file is one service. Put others into files of their own.",
  },
  TAB_AS_INDENT: { mend: "Indent with spaces." },
  BAD_INDENT: { mend: "Line the key up with its neighbours, two spaces a level." },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "A second key begins on the line of the first.",
    mend: "Put the value into quotes, or on a line of its own.",
  },
  MISSING_CHAR: { mend: "Close the quote or bracket, or write key: value." },
  RESOURCE_EXHAUSTION: { message: "The file is nested too deeply.", mend: "Nest less deeply." },
};

const otherMend = "Mend the YAML here; a value with special characters goes into quotes.";

function position(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, col: 1 } : { line, col };
}

/** Offset of the key (or list item) at `path`; of the deepest one there is when it is missing. */
function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const container: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(container)) {
      const pair = container.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(container) && typeof step === "number") {
      node = container.items[step];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
