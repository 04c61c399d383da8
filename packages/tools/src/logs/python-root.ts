import { first } from "./root-reader.ts";

const ERROR = /^\s{0,3}([A-Za-z_][\w.]*(?:: .*)?)$/;
const LINKED = "The above exception was the direct cause";
const WHILE = "During handling of the above exception";
/** Lookups that miss are caught to try something else: what failed then is the cause. */
const MISSES =
  /^(?:[\w.]*\.)?(?:KeyError|IndexError|LookupError|AttributeError|StopIteration|StopAsyncIteration|ImportError|ModuleNotFoundError|\w*DoesNotExist|NoResultFound|Empty|CancelledError)\b/;

/**
 * The error that Python's traces begin with: of a chain the first, for what it was raised from stands above it; of a
 * group its first member's.
 */
export function python(lines: readonly string[]): string | null {
  if (lines.some((line) => line.includes("Exception Group Traceback"))) return inGroup(lines);
  const heads = lines.flatMap((line, i) => (line.includes("Traceback (most recent call last)") ? [i] : []));
  let at = heads.length - 1;
  let root = at < 0 ? null : errorOf(lines, heads[at], heads[at + 1]);
  for (; at > 0; at--) {
    const link = lines.slice(heads[at - 1], heads[at]);
    const before = errorOf(lines, heads[at - 1], heads[at]);
    const isCause = link.some((line) => line.includes(LINKED));
    const isHandled = link.some((line) => line.includes(WHILE)) && !MISSES.test(before ?? "");
    if (before === null || !(isCause || isHandled)) break;
    root = before;
  }
  return root ?? first(lines, /^((?:Syntax|Indentation|Tab)Error: .+|Fatal Python error: .+)$/);
}

/** The first line after a traceback's frames, which stands at its margin. */
function errorOf(lines: readonly string[], from = 0, to?: number): string | null {
  return first(lines.slice(from + 1, to), ERROR);
}

function inGroup(lines: readonly string[]): string | null {
  const members = lines.slice(lines.findIndex((line) => /^\s*\+-\+-{2,} 1 -{2,}/.test(line)) + 1);
  const bare = members.map((line) => line.replace(/^[\s|]*\| ?/, ""));
  return first(bare, /^((?!\w*ExceptionGroup\b|Traceback)[A-Za-z_][\w.]*(?:: .*)?)$/);
}
