import { first, last, type RootReader } from "./root-reader.ts";

/** What a line's pattern holds in its first group, from texts that have one of the marks. */
function line(marks: readonly string[], pattern: RegExp, pick = first): RootReader {
  return { marks, read: (lines) => pick(lines, pattern) };
}

/** Languages that say what went wrong in a line of its own; the wording is their runtimes'. */
export const nativeReaders: readonly RootReader[] = [
  // Sanitizers, glibc, gdb, glog
  line(["Sanitizer: "], /==\d+==\s?(?:ERROR|WARNING): (\w+Sanitizer: .+)$/),
  line(["Sanitizer: "], /^WARNING: (ThreadSanitizer: .+?)(?: \(pid=\d+\))?$/),
  line(["*** "], /^\*\*\* Error in [`'].{1,200}?': (.+?) \*{3}$/),
  line(["*** stack smashing"], /\*\*\* (stack smashing detected) \*\*\*/),
  line(
    ["corruption", "(): ", "corrupted "],
    /^((?:double free or corruption|corrupted (?:size|double-linked)|free\(\): |malloc\w*\(\): |munmap_chunk\(\): |realloc\(\): ).*)$/,
  ),
  line(
    ["received signal SIG", "terminated with signal SIG"],
    /\b(?:received|terminated with) signal (SIG\w+, .+)$/,
  ),
  line(["Check failed: "], /\b(Check failed: .+)$/),
  // OCaml before Swift, which begins its words the same way
  line(["Fatal error: exception "], /^Fatal error: exception (.+)$/),
  line(["Fatal error: "], /^(?:\S{1,300}\.swift:\d+: )?(Fatal error: .+)$/),
  line(["stack traceback:"], /(?:runtime error: |^\S*lua[\w.-]*: |^)(\S{1,300}\.lua:\d+: .+)$/),
  line(["Execution halted"], /^Error(?: in .{1,300}?)? ?: (.+)$/),
  line(["Stacktrace:"], /^caused by: (.+)$/, last),
  line(["Stacktrace:"], /^ERROR: (?:LoadError: )*(.+)$/),
  { marks: ["CallStack (from HasCallStack)"], read: haskell },
  line(["  crasher:", "CRASH REPORT"], /^\s*exception (?:error|exit|throw): (.+)$/),
  { marks: ["Reason for termination"], read: erlang },
  line(["FullyQualifiedErrorId"], /^[\w.-]{1,100} : (.+)$/),
  line([" called at "], /^(.+) at \S{1,300} line \d+\.?$/),
];

function haskell(lines: readonly string[]): string | null {
  const above = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((text) => text.startsWith("CallStack (from")),
    ),
  );
  return first(above.toReversed(), /^(?:[\w.-]{1,100}: )?(.+)$/);
}

function erlang(lines: readonly string[]): string | null {
  const at = lines.findIndex((text) => text.includes("Reason for termination"));
  return first(lines.slice(at + 1), /^\*\* (.+?),?$/);
}
