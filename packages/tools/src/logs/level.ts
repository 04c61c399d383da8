import type { LogLine } from "@oncall/backends";

const HEAD = 200;
const words: readonly (readonly [LogLine["level"], RegExp])[] = [
  [
    "fatal",
    /\b(?:FATAL|CRITICAL|PANIC|EMERG(?:ENCY)?|ALERT)\b|\blevel["']?[=:]\s?"?(?:fatal|critical|panic)/,
  ],
  ["error", /\b(?:ERROR|SEVERE|ERR)\b|\blevel["']?[=:]\s?"?err|^E\d{4} |\[error\]|^error:/],
  ["warn", /\bWARN(?:ING)?\b|\blevel["']?[=:]\s?"?warn|^W\d{4} |\[warn(?:ing)?\]/],
  ["info", /\b(?:INFO|NOTICE)\b|\blevel["']?[=:]\s?"?(?:info|notice)|^I\d{4} |\[(?:info|notice)\]/],
  ["debug", /\b(?:DEBUG|TRACE)\b|\blevel["']?[=:]\s?"?(?:debug|trace)|\[(?:debug|trace)\]/],
];

/** The level that a line of plain text gives itself near its start; unknown when it gives none. */
export function levelOf(line: string): LogLine["level"] {
  const head = line.slice(0, HEAD);
  let best: { level: LogLine["level"]; at: number } = { level: "unknown", at: Number.POSITIVE_INFINITY };
  for (const [level, pattern] of words) {
    const at = pattern.exec(head)?.index;
    // What stands first is the level; a word further on belongs to the message.
    if (at !== undefined && at < best.at) best = { level, at };
  }
  return best.level;
}
