import type { Severity } from "@oncall/incidents";

const severities: readonly (readonly [RegExp, Severity])[] = [
  [
    /^(?:critical|crit|page|fatal|emergency|disaster|error|high|major|alarm|p1|p2|sev-?1|sev-?2)$/i,
    "critical",
  ],
  [/^(?:warning|warn|medium|moderate|average|minor|p3|sev-?3)$/i, "warning"],
  [/^(?:info|information|informational|none|low|notice|debug|p4|p5|sev-?[45])$/i, "info"],
];

/** What a sender's word for how bad it is means; undefined when it is none of the usual ones. */
export function severityWord(word: string | undefined): Severity | undefined {
  const [first = ""] = (word ?? "").trim().split(/[^\w-]+/);
  return severities.find(([pattern]) => pattern.test(first))?.[1];
}
