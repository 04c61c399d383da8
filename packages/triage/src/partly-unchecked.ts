import type { Unchecked } from "./collect.ts";
import type { EvidenceSet } from "./evidence.ts";
import { quoted } from "./wording.ts";

/** What an answer itself says that it could not check: a dependency of unknown state, a source that was not asked. */
export function partlyUnchecked(evidence: EvidenceSet): Unchecked[] {
  const unknown = evidence
    .of("check_dependency_health")
    .flatMap(({ data }) => data.dependencies)
    .filter((row) => row.state === "unknown")
    .map((row) => ({
      what: `Dependency ${row.name} (${row.type})`,
      why: quoted(row.facts[0] ?? "nothing says how it is", 300),
    }));
  const sources = evidence.of("get_recent_deploys").flatMap(({ subject, data }) =>
    data.sources
      .filter((source) => !source.checked)
      .map((source) => ({
        what: `Changes of ${subject} in ${source.name}`,
        why: quoted(source.note ?? "it was not asked", 300),
      })),
  );
  const unread = evidence.of("get_pod_status").flatMap(({ subject, data }) =>
    (data.unread ?? []).map(({ what, why }) => ({
      what: `${quoted(what, 120)} of ${subject}`,
      why: quoted(why, 300),
    })),
  );
  const seen = new Set<string>();
  return [...unknown, ...sources, ...unread].filter(({ what }) => !seen.has(what) && seen.add(what));
}
