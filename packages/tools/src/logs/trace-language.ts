/** Languages whose stack traces are told apart. */
export type TraceLanguage =
  | "cpp"
  | "csharp"
  | "dart"
  | "elixir"
  | "go"
  | "java"
  | "javascript"
  | "php"
  | "python"
  | "ruby"
  | "rust";

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
    /^(?:Caused by|Suppressed): [\w.$]+|^\s*\.{3} \d+ (?:more|common frames)|^Exception in thread "/,
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
    /^\s*File "[^"]{1,300}", line \d+(?:, in )?|^\s*(?:\S.*\s)?Traceback \(most recent call last\)/,
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
  ["rust", 1, /^stack backtrace:|^\s+\d+:\s+\S/],
  ["elixir", 3, /^\s*\*\* \([\w.]+\)|^\s+\([\w ]{1,60}\d[\w.]*\) \S{1,200}\.exs?:\d+/],
  ["cpp", 3, /^terminate called |^\s*what\(\): |: Assertion [`'].{1,300}' failed|^\s*#\d+\s+0x[0-9a-f]+ in /],
  [
    "cpp",
    2,
    /^\s*\S{1,200}\(.{0,200}\+0x[0-9a-f]+\) ?\[0x[0-9a-f]+\]|^(?:Aborted|Segmentation fault) ?\(core dumped\)|\.(?:cc|cpp|cxx|hpp|h):\d+\b/,
  ],
];

/** The language that a stack trace is of; null for a text that is no stack trace. */
export function traceLanguage(text: string): TraceLanguage | null {
  const scores = new Map<TraceLanguage, number>();
  for (const line of text.split(/\r?\n/, MAX_LINES)) {
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
