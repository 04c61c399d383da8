import { containersOf } from "./containers.ts";
import type { Check } from "./finding.ts";
import { ownWords } from "./own-words.ts";
import { duration, quote } from "./words.ts";

/** An init container may take its time: only what takes this long is worth a look. */
const PATIENCE_MS = 120_000;
const PATIENCE_WHEN_IT_WAITS_MS = 60_000;
const WAITS = /wait|retry|refused|timed? ?out|unreachable|not ready|bad address|resolve/i;

/** Init containers that run on and on, so that the pod never starts. Those that fail are the crash check's. */
export const initContainer: Check = {
  kinds: ["Pod"],
  check: (pod, cluster) =>
    containersOf(pod).flatMap((container) => {
      if (
        !container.init ||
        container.sidecar ||
        container.runningSince === undefined ||
        pod.deletionAt !== undefined
      )
        return [];
      const running = cluster.now - container.runningSince;
      const log = cluster.logsOf(pod, container.name);
      const last = log.current.findLast((line) => line.trim() !== "");
      const said = [
        ...new Set([
          ...ownWords(log, "running").lines.slice(-1),
          ...(last === undefined ? [] : [quote(last, 200)]),
        ]),
      ];
      const waits = WAITS.test(container.name) || said.some((line) => WAITS.test(line));
      if (running < (waits ? PATIENCE_WHEN_IT_WAITS_MS : PATIENCE_MS)) return [];
      const words =
        said.length === 0
          ? ""
          : ` It wrote: ${said
              .slice(-2)
              .map((line) => `"${line}"`)
              .join(" ")}.`;
      return [
        {
          code: "k8s.init_stuck" as const,
          severity: waits ? ("critical" as const) : ("warning" as const),
          confidence: waits ? 0.85 : 0.6,
          at: pod,
          container: container.name,
          since: container.runningSince,
          summary: `Init container ${container.name} of pod ${pod.name} has been running for ${duration(running)} and holds up the pod's start.${words}`,
          evidence: [container.evidence],
        },
      ];
    }),
};
