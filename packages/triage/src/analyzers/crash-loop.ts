import { minutesBetween } from "@oncall/core";
import type { PodStatus } from "@oncall/tools";
import type { Analyzer } from "../analyzer.ts";
import { earliest } from "../wording.ts";
import { isRecent, ofPods } from "./pod-time.ts";

const MANY_RESTARTS = 3;
const STILL_CRASHING_MINUTES = 30;

/** Containers that start and die again and again; restarts of long ago, and a single one, are normal. */
export const crashLoop: Analyzer = {
  codes: ["k8s.crash_loop"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const crashing = data.pods.flatMap((pod) =>
        pod.containers
          .filter((container) => {
            if (container.state === "waiting:CrashLoopBackOff") return true;
            const last = container.last_termination;
            if (last === null || last.exit_code === 0 || container.restarts < MANY_RESTARTS) return false;
            return last.at !== null && minutesBetween(last.at, context.now) <= STILL_CRASHING_MINUTES;
          })
          .map((container) => ({ pod: pod.name, container })),
      );
      const first = crashing[0]?.container;
      if (first === undefined) return [];
      const pods = new Set(crashing.map(({ pod }) => pod)).size;
      const restarts = crashing.reduce((sum, { container }) => sum + container.restarts, 0);
      const last = first.last_termination;
      const probe = killerProbe(data.events, crashing, last?.exit_code ?? null);
      const how =
        last === null
          ? ""
          : ` (${probe === undefined ? "" : `killed after its ${probe} probe failed, `}${last.reason}${last.exit_code === null ? "" : `, exit code ${last.exit_code}`})`;
      return [
        {
          code: "k8s.crash_loop",
          subject,
          severity: "critical",
          confidence: 0.95,
          since: earliest([
            ...crashing.map(({ container }) => container.last_termination?.at),
            ...data.events
              .filter((event) => event.reason === "BackOff" && isRecent(event.first_seen, context))
              .map((event) => event.first_seen),
          ]),
          summary: `Container ${first.name} of ${ofPods(pods, data.totals.pods)} keeps crashing${how}, ${restarts} restarts in all`,
          evidence: [id],
          facts: { pods, restarts, container: first.name, ...(last === null ? {} : { reason: last.reason }) },
        },
      ];
    }),
};

// SIGKILL and SIGTERM: how the kubelet ends a container.
const KILLED = [137, 143];

/** `liveness` or `startup`, when the kubelet killed the container because this probe failed; a slow start dies so again and again. */
function killerProbe(
  events: PodStatus["events"],
  crashing: readonly { readonly pod: string }[],
  exitCode: number | null,
): string | undefined {
  if (exitCode === null || !KILLED.includes(exitCode)) return undefined;
  return events
    .filter(({ object }) => crashing.some(({ pod }) => object.endsWith(pod)))
    .flatMap(({ message }) => /(liveness|startup) probe failed/i.exec(message)?.[1]?.toLowerCase() ?? [])[0];
}
