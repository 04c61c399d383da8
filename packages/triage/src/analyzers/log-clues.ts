import type { DependencyType } from "@oncall/catalog";
import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { count, earliest, quoted, sinceWords } from "../wording.ts";
import { isLogCode, isSurging } from "./log-patterns.ts";

interface Clue {
  readonly code: FindingCode;
  readonly words: readonly RegExp[];
  /** The service must depend on one of this kind; the words alone would say too little. */
  readonly needs?: DependencyType;
}

const LEAST_LINES = 10;

// Of no system in particular, so in no list of known failures: the service's own words and what it stands on tell together.
const clues: readonly Clue[] = [
  {
    code: "queue.poison_message",
    words: [/\b(requeu(ed|ing)|redeliver(ed|ing|y)|nack(ed)?)\b/i],
    needs: "queue",
  },
  { code: "cache.stampede", words: [/\bcache stampede\b|\bthundering herd\b|\bdog-?pil/i], needs: "cache" },
  {
    code: "app.clock_skew",
    words: [
      /\bclocks?\b.{0,40}\b(differs?|drift\w*|skew\w*|ahead|behind|out of sync|not synchroni[sz]ed)\b/i,
      /\b(iat|nbf|issued|timestamp)\b.{0,40}\bin the future\b|\b(used|valid) before issued\b/i,
    ],
  },
];

/** What a service writes of a trouble that it and a dependency of its kind share, many times and not before. */
export const logClues: Analyzer = {
  codes: clues.map(({ code }) => code),
  needs: ["query_logs"],
  analyze: (evidence, { graph, now }) =>
    evidence.of("query_logs").flatMap(({ data, subject, evidence: id }) =>
      clues.flatMap(({ code, words, needs }): Finding[] => {
        const kinds = graph.dependenciesOf(subject).map((name) => graph.nodes.get(name)?.type);
        if (needs !== undefined && !kinds.includes(needs)) return [];
        const rows = data.patterns
          .filter(
            (row) => !isLogCode(row.known_as) && isSurging(row) && words.some((one) => one.test(row.example)),
          )
          .sort((a, b) => b.count - a.count);
        const lines = rows.reduce((sum, row) => sum + row.count, 0);
        const first = rows[0];
        if (first === undefined || lines < LEAST_LINES) return [];
        const since = earliest(rows.map((row) => row.first_seen));
        const root = first.root_exception === null ? "" : ` (${quoted(first.root_exception)})`;
        return [
          {
            code,
            subject,
            severity: "critical",
            confidence: first.is_new ? 0.85 : 0.7,
            since,
            summary: `${subject} logged ${count(lines, "line")} of "${quoted(first.example)}"${root}${sinceWords(since, now)}`,
            evidence: [id],
            facts: { lines },
          },
        ];
      }),
    ),
};
