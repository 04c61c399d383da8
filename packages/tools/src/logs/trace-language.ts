import { withEmbedded } from "./embedded.ts";

/** Languages whose stack traces are told apart. */
export type TraceLanguage =
  | "cpp"
  | "csharp"
  | "dart"
  | "elixir"
  | "erlang"
  | "go"
  | "haskell"
  | "java"
  | "javascript"
  | "julia"
  | "lua"
  | "ocaml"
  | "perl"
  | "php"
  | "powershell"
  | "python"
  | "r"
  | "ruby"
  | "rust"
  | "swift";

const MAX_LINES = 200;
const MAX_LINE = 1_000;

/** Marks of a language in one line of a trace, and their weight: a frame that only one language writes weighs most. */
const marks: readonly (readonly [TraceLanguage, number, RegExp])[] = [
  [
    "java",
    3,
    /^\s*at [\w.$/<>@-]+\((?:[\w$-]+\.(?:java|kt|scala|groovy|clj):\d+|Native Method|Unknown Source|[\w$-]+\.(?:java|kt|scala))\)/,
  ],
  [
    "java",
    1,
    /^(?:Caused by|Wrapped by|Suppressed): [\w.$]+|^\s*\.{3} \d+ (?:more|common frames)|^Exception in thread "/,
  ],
  ["csharp", 3, /^\s*at .+\) (?:in .{1,300}:(?:line )?\d+|\[0x[0-9a-f]+\])/],
  [
    "csharp",
    2,
    /--- End of (?:inner exception )?stack trace|\s---> [\w.]+(?:Exception|Error)\b|^System\.[\w.]+Exception\b|^Unhandled exception\. /,
  ],
  ["csharp", 1, /^\s*at [\w.`<>[\],+]+\([^:)]*\)$/],
  [
    "javascript",
    3,
    /^\s*(?:at|eval at) .{0,200}(?:\(|\s|^)(?:.{0,300}\.(?:[cm]?[jt]sx?)|<anonymous>|node:[\w/]+|native|webpack\S{1,200})(?:\?[^:]*)?(?::\d+(?::\d+)?)?\)?/,
  ],
  ["javascript", 3, /^\s*at .{0,200}\((?:native|unknown location|https?:\/\/.{1,200}:\d+:\d+|index \d+)\)/],
  [
    "javascript",
    2,
    /^\s*at .{1,300}:\d+:\d+\)?$|^\S{0,80}@\S{1,200}:\d+:\d+$|^V8 errors stack trace|^Node\.js v\d/,
  ],
  [
    "javascript",
    1,
    /^\s*(?:Uncaught )?(?:Reference|Type|Range|Syntax|Eval|URI)Error: |\[as \w+\]|^\s*\[cause\]: /,
  ],
  [
    "python",
    3,
    /^\s*File "[^"]{1,300}", line \d+(?:, in )?|^\s*(?:\S.*\s)?Traceback \(most recent call last\)|^[\s|]{0,40}File "[^"]{1,300}", line \d+, in |^Fatal Python error: /,
  ],
  ["go", 3, /^goroutine \d+ \[[^\]]{1,80}\]:|^\s+\S{1,300}\.(?:go|s):\d+(?: \+0x[0-9a-f]+|$)|^\[signal SIG/],
  ["go", 2, /^created by \S+|panic serving|^panic: |^fatal error: (?:all goroutines|runtime|concurrent map)/],
  ["ruby", 3, /^\s*(?:from |\d+: from )?\S.{0,300}:\d+:in [`'’]/],
  [
    "php",
    3,
    /^\s*#\d+ (?:\S.{0,300}\.(?:php|inc|phtml)\(\d+\)|\[internal function\]|\{main\})|^PHP (?:Fatal|Parse|Warning|Stack)/,
  ],
  [
    "php",
    2,
    /exception '[\w\\]+' with message|\bUncaught .{1,300} in \S{1,300}\.php:\d+|^\s*thrown in \S+ on line \d+|\.php on line \d+/,
  ],
  ["dart", 3, /^\s*#\d+\s{1,8}\S.{0,300}\((?:dart:|package:|file:)|^<asynchronous suspension>/],
  ["dart", 1, /^Unhandled exception:$/],
  ["rust", 3, /\bthread '.{1,80}' (?:\(\d+\) )?panicked at |RUST_BACKTRACE|^\s+at \S{1,300}\.rs:\d+/],
  ["rust", 2, /\(os error \d+\)$/],
  ["rust", 1, /^[Ss]tack backtrace:|^\s+\d+:\s+\S/],
  ["elixir", 3, /^\s*\*\* \([\w.]+\)|^\s+\([\w ]{1,60}\d[\w.]*\) \S{1,200}\.exs?:\d+/],
  ["cpp", 3, /^terminate called |^\s*what\(\): |: Assertion [`'].{1,300}' failed|^\s*#\d+\s+0x[0-9a-f]+ in /],
  [
    "cpp",
    3,
    /==\d+==\s?(?:ERROR|WARNING): \w+Sanitizer|^SUMMARY: \w+Sanitizer|\breceived signal SIG\w+, |^\*\*\* Check failure stack trace|^\*\*\* Error in [`'].{1,200}': |^\*\*\* stack smashing detected/,
  ],
  [
    "cpp",
    2,
    /^\S{1,200}\(\+0x[0-9a-f]+\)\[0x[0-9a-f]+\]$|^#\d+ {1,2}(?:0x[0-9a-f]+ in )?\S{1,200} \(.{0,200}\) at \S{1,200}:\d+$/,
  ],
  [
    "cpp",
    2,
    /^\s*\S{1,200}\(.{0,200}\+0x[0-9a-f]+\) ?\[0x[0-9a-f]+\]|^(?:Aborted|Segmentation fault) ?\(core dumped\)|\.(?:cc|cpp|cxx|hpp|h):\d+\b/,
  ],
  ["erlang", 3, /\[\{file,\s?"[^"]{1,300}\.erl"\},\s?\{line,\d+\}|\([^()]{0,300}\.erl, line \d+\)/],
  [
    "erlang",
    2,
    /^=(?:CRASH|ERROR) REPORT====|^\s*\*\* (?:Reason for termination|Generic server )|<\d+\.\d+\.\d+> CRASH REPORT/,
  ],
  [
    "swift",
    3,
    /^\S{1,200}\.swift:\d+: (?:Fatal error|Assertion failed|Precondition failed)|\blibswift\w+\.(?:so|dylib)\b|^\d{1,3} (?:0x[0-9a-f]+|\[ra\]) .{1,300}\.swift:\d+/,
  ],
  ["perl", 3, /^\s*\S{1,300} called at \S{1,300} line \d+\.?$/],
  ["perl", 2, /\bat \S{1,300}\.(?:p[lm]|cgi|t|psgi) line \d+(?:, <\S{1,40}> line \d+)?\.$/],
  [
    "lua",
    3,
    /^stack traceback:$|^\s+\S{1,300}\.lua:(?:\d+:)? in (?:main chunk|function|local|method|upvalue|field|global)/,
  ],
  ["r", 3, /^Execution halted$/],
  ["r", 1, /^Error(?: in .{1,300})? ?: |^Calls: .{1,300}->/],
  ["julia", 3, /^\s+@ \S{1,100}(?: .{1,300})?\.jl:\d+/],
  ["julia", 1, /^Stacktrace:$|^\s+\[\d{1,3}\] \S/],
  ["haskell", 3, /^CallStack \(from HasCallStack\)|, called at \S{1,300}\.hs:\d+:\d+ in /],
  [
    "ocaml",
    3,
    /^(?:Raised|Re-raised|Called) (?:at|by|from) .{1,300}(?:file "[^"]{1,300}\.ml[iy]?"|primitive operation at).{0,100}, line \d+/,
  ],
  ["ocaml", 2, /^Fatal error: exception \S/],
  ["powershell", 3, /^At .{1,300}\.ps[m]?1:\d+ char:\d+$|^\s*\+ (?:CategoryInfo|FullyQualifiedErrorId)\s+: /],
];

/** The language that a stack trace is of; null for a text that is no stack trace. */
export function traceLanguage(text: string): TraceLanguage | null {
  const scores = new Map<TraceLanguage, number>();
  for (const line of withEmbedded(text).split(/\r?\n/, MAX_LINES)) {
    const start = line.slice(0, MAX_LINE);
    for (const [language, weight, mark] of marks) {
      if (mark.test(start)) scores.set(language, (scores.get(language) ?? 0) + weight);
    }
  }
  let best: TraceLanguage | null = null;
  for (const [language, score] of scores) {
    if (score >= LEAST && score > (best === null ? 0 : (scores.get(best) ?? 0))) best = language;
  }
  return best;
}

/** One mark that other languages share is not enough. */
const LEAST = 2;
