import type { Severity } from "@oncall/incidents";

const severities: readonly (readonly [RegExp, Severity])[] = [
  [
    /^(?:critical|crit|page|fatal|emergency|disaster|error|high|urgent|severe|blocker|major|outage|down|alarm|p[0-2]|sev-?[0-2])$/i,
    "critical",
  ],
  [/^(?:warning|warn|medium|moderate|average|minor|degraded|p3|sev-?3)$/i, "warning"],
  [/^(?:info|information|informational|none|low|notice|debug|p4|p5|sev-?[45])$/i, "info"],
];

/** What a sender's word for how bad it is means; undefined when it is none of the usual ones. */
export function severityWord(word: string | undefined): Severity | undefined {
  const [first = ""] = (word ?? "").trim().split(/[^\w-]+/);
  return severities.find(([pattern]) => pattern.test(first))?.[1];
}
