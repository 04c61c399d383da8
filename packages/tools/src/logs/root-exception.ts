import { withEmbedded } from "./embedded.ts";
import { nativeReaders } from "./native-roots.ts";
import { python } from "./python-root.ts";
import { first, last, type RootReader } from "./root-reader.ts";

const MAX_TEXT = 16_000;
const MAX_LINES = 400;
const MAX_LINE = 1_000;
const MAX_ANSWER = 300;

/** `com.acme.SomethingException: message`, `TypeError: message`, `pkg.SomeError`. */
const THROWN =
  /(?:^|[\s\]"])((?:[A-Za-z_$][\w$]*(?:\.|::))*(?:[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault|ExceptionInfo)|Exception|Error))(?: \[[^\]]{1,60}\])?(?::\s?(.*))?$/;
const FRAME = /^\s+at |^\s*(?:from )?\S.{0,300}:\d+:in [`'’]|^\s*#\d+\s|^\S{0,80}@\S{1,200}:\d+:\d+$/;

/**
 * The innermost cause of a stack trace as `Type: message`; null for a text that holds none. Java names it in its
 * last "Caused by" (or first of all, before "Wrapped by"), .NET after its last "--->", Node in its last [cause], PHP
 * in its last "Next", Python in the first of a chain, Go, Rust, Dart, Elixir and C++ where they give up, Ruby beside
 * or above its first frame.
 */
export function rootException(text: string): string | null {
  const start = withEmbedded(text.slice(0, MAX_TEXT));
  const lines = start.split(/\r?\n/, MAX_LINES).map((line) => line.slice(0, MAX_LINE));
  for (const { marks, read } of readers) {
    if (!marks.some((mark) => start.includes(mark))) continue;
    const found = read(lines);
    if (found !== null) return found.trim().slice(0, MAX_ANSWER);
  }
  return null;
}

/** The ways to name a cause, the surest first; a text without any of the marks is not searched line by line. */
const readers: readonly RootReader[] = [
  { marks: ["Wrapped by: "], read: (lines) => thrownAbove(lines) },
  { marks: ["Caused by: "], read: (lines) => last(withoutSuppressed(lines), /^\s*Caused by: (.+)$/) },
  { marks: ["Caused by:\n"], read: rustChain },
  { marks: ["--->"], read: (lines) => last(lines, /^.*--->\s?(.+)$/) },
  { marks: ["[cause]: "], read: (lines) => last(lines, /\[cause\]: (.+?)\s*\{?$/) },
  { marks: ["[errors]: ["], read: aggregated },
  { marks: ["Traceback (most recent call last)", '  File "', "Fatal Python error: "], read: python },
  { marks: ["exception '", "Uncaught ", "PHP "], read: php },
  { marks: ["panic: ", "fatal error: ", "panic serving "], read: go },
  { marks: ["panicked at"], read: rust },
  { marks: ["Unhandled exception:"], read: dart },
  { marks: ["** ("], read: elixir },
  { marks: ["terminate called after", "what():", "Assertion "], read: cpp },
  ...nativeReaders,
  { marks: [":in ", "):"], read: ruby },
  { marks: [""], read: thrownAbove },
];

/** What failed while the failure was cleaned up stands further in, under "Suppressed". */
function withoutSuppressed(lines: readonly string[]): string[] {
  let depth: number | null = null;
  return lines.filter((line) => {
    const indent = line.search(/\S/);
    if (depth !== null && indent < depth) depth = null;
    if (depth === null && /^\s+Suppressed: /.test(line)) depth = indent;
    return depth === null;
  });
}

/** Rust's anyhow and eyre: the causes below each other, the innermost last. */
function rustChain(lines: readonly string[]): string | null {
  const below = lines.slice(lines.lastIndexOf("Caused by:") + 1);
  const end = below.findIndex((line) => !/^\s+\S/.test(line));
  return (
    below
      .slice(0, end < 0 ? undefined : end)
      .at(-1)
      ?.replace(/^\s+(?:\d+: )?/, "") ?? null
  );
}

/** An AggregateError is as its first error. */
function aggregated(lines: readonly string[]): string | null {
  const inside = lines.slice(lines.findIndex((line) => line.includes("[errors]: [")) + 1);
  return first(inside, /^\s*((?:[A-Z]\w*)?Error\b.*?)\s*\{?$/);
}

/** A wrapped exception is told first, what wraps it after "Next". */
function php(lines: readonly string[]): string | null {
  const old = first(lines, /exception ('[\w\\]+' with message '.+?') in \S/);
  if (old !== null) return old.replace(/^'([\w\\]+)' with message '(.*)'$/, "$1: $2");
  return (
    first(lines, /\bUncaught (.+?) in \S+\.php:\d+/) ??
    first(lines, /^PHP (?:Fatal|Parse) error:\s+(.+?) in \S+/)
  );
}

function go(lines: readonly string[]): string | null {
  return first(lines, /^(?:.*[\s\]])?(panic: .+|fatal error: .+)$/) ?? first(lines, /\b(panic serving .+)$/);
}

function rust(lines: readonly string[]): string | null {
  const at = lines.findIndex((line) => /thread '.{1,80}' (?:\(\d+\) )?panicked at/.test(line));
  const line = lines[at];
  if (line === undefined) return null;
  const inline = /panicked at '(.+?)'/.exec(line)?.[1];
  return `panic: ${inline ?? lines[at + 1] ?? line}`;
}

function dart(lines: readonly string[]): string | null {
  const at = lines.findIndex((line) => /^Unhandled exception:\s*$/.test(line));
  return at < 0 ? null : (lines[at + 1] ?? null);
}

function elixir(lines: readonly string[]): string | null {
  return first(lines, /^\s*\*\* \(([\w.]+\).+)$/)?.replace(/\)\s?/, ": ") ?? null;
}

function cpp(lines: readonly string[]): string | null {
  const type = first(lines, /^terminate called after throwing an instance of '(.+?)'/);
  const what = first(lines, /^\s*what\(\):\s+(.+)$/);
  if (type !== null) return what === null ? type : `${type}: ${what}`;
  return first(lines, /(\bAssertion [`'].{1,300}' failed)/);
}

/** `file.rb:3:in 'method': message (SomeError)`, its cause below it, or Rails' `SomeError (message):` above the frames. */
function ruby(lines: readonly string[]): string | null {
  const inline = last(lines, /:\d+:in [`'’].{1,200}?['’]: (.+ \([A-Z][\w:]*\))$/);
  if (inline !== null) return inline.replace(/^(.*) \(([A-Z][\w:]*)\)$/, "$2: $1");
  const frame = lines.findIndex((line) => FRAME.test(line));
  const above = lines.slice(0, Math.max(0, frame));
  return first(above, /^\s*([A-Z][\w:]* \(.+\)):\s*$/)?.replace(/^([\w:]+) \((.*)\)$/, "$1: $2") ?? null;
}

/** The exception named in the line above the first frame. */
function thrownAbove(lines: readonly string[]): string | null {
  const frame = lines.findIndex((line) => FRAME.test(line));
  for (const line of lines.slice(0, Math.max(0, frame)).reverse()) {
    const hit = THROWN.exec(line);
    if (hit) return hit[2] === undefined || hit[2] === "" ? (hit[1] ?? null) : `${hit[1]}: ${hit[2]}`;
  }
  return null;
}
