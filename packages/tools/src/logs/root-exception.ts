const MAX_TEXT = 16_000;
const MAX_LINES = 400;
const MAX_ANSWER = 300;

/** `com.acme.SomethingException: message`, `TypeError: message`, `pkg.SomeError`. */
const THROWN =
  /(?:^|[\s\]"])((?:[A-Za-z_$][\w$]*[.:]{1,2})*[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault)|Exception|Error)(?: \[[^\]]{1,60}\])?(?::\s?(.*))?$/;

/**
 * The innermost cause of a stack trace as `Type: message`; null for a text that holds none. Java names it in its
 * last "Caused by", .NET after its last "--->", Node in its last [cause], Python and Go where they give up.
 */
export function rootException(text: string): string | null {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/).slice(0, MAX_LINES);
  const found =
    last(lines, /^\s*Caused by: (.+)$/) ??
    last(lines, /^\s*(?:at .*)?--->\s?(.+?)(?:\s*--->.*)?$/) ??
    last(lines, /\[cause\]: (.+?)\s*\{?$/) ??
    python(lines) ??
    first(lines, /^(?:.*\s)?(panic: .+|fatal error: .+)$/) ??
    rust(lines) ??
    thrownAbove(lines);
  return found === null ? null : found.trim().slice(0, MAX_ANSWER);
}

function first(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const hit = pattern.exec(line)?.[1];
    if (hit !== undefined) return hit;
  }
  return null;
}

function last(lines: readonly string[], pattern: RegExp): string | null {
  return first([...lines].reverse(), pattern);
}

/** The first line after the last traceback's frames, which stands at its margin. */
function python(lines: readonly string[]): string | null {
  const start = lines.findLastIndex((line) => line.includes("Traceback (most recent call last)"));
  if (start < 0) return null;
  return first(lines.slice(start + 1), /^\s{0,3}([A-Za-z_][\w.]*(?:: .*)?)$/);
}

function rust(lines: readonly string[]): string | null {
  const at = lines.findIndex((line) => /thread '.{1,80}' panicked at/.test(line));
  const line = lines[at];
  if (line === undefined) return null;
  const inline = /panicked at '(.+?)'/.exec(line)?.[1];
  return `panic: ${inline ?? lines[at + 1] ?? line}`;
}

/** The exception named in the line above the first frame. */
function thrownAbove(lines: readonly string[]): string | null {
  const frame = lines.findIndex((line) => /^\s+at |^\s+\S+:\d+:in [`']|^#\d+\s/.test(line));
  for (const line of lines.slice(0, Math.max(0, frame)).reverse()) {
    const hit = THROWN.exec(line);
    if (hit) return hit[2] === undefined ? (hit[1] ?? null) : `${hit[1]}: ${hit[2]}`;
  }
  return null;
}
