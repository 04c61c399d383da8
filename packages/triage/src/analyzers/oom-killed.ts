import type { Analyzer } from "../analyzer.ts";
import { clock, count, earliest } from "../wording.ts";
import { isRecent, ofPods } from "./pod-time.ts";

/** Containers that the kernel killed for exceeding their memory limit, now or within three hours of the onset. */
export const oomKilled: Analyzer = {
  codes: ["k8s.oom_killed"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const killed = data.pods.flatMap((pod) =>
        pod.containers
          .filter(
            (container) =>
              container.state === "terminated:OOMKilled" ||
              (container.last_termination?.reason === "OOMKilled" &&
                isRecent(container.last_termination.at, context)),
          )
          .map((container) => ({ pod: pod.name, container })),
      );
      const first = killed[0]?.container;
      if (first === undefined) return [];
      const pods = new Set(killed.map(({ pod }) => pod)).size;
      const restarts = killed.reduce((sum, { container }) => sum + container.restarts, 0);
      const times = killed.flatMap(({ container }) => container.last_termination?.at ?? []).sort();
      const since = earliest([...times, firstBackOff(data.events)]);
      const latest = times.at(-1);
      const limit =
        first.memory_limit === null ? "its memory limit" : `its memory limit of ${first.memory_limit}`;
      return [
        {
          code: "k8s.oom_killed",
          subject,
          severity: "critical",
          confidence: restarts > 1 || pods > 1 ? 0.97 : 0.85,
          since,
          summary: `Container ${first.name} of ${ofPods(pods, data.totals.pods)} was killed for exceeding ${limit}, ${count(restarts, "restart")} in all${latest === undefined ? "" : `, last at ${clock(latest, context.now)}`}`,
          evidence: [id],
          facts: {
            pods,
            restarts,
            container: first.name,
            ...(first.memory_limit === null ? {} : { memory_limit: first.memory_limit }),
            ...(first.image === null ? {} : { image: first.image }),
          },
        },
      ];
    }),
};

/** A killed container's first back-off is often the oldest trace: a pod remembers only its last termination. */
function firstBackOff(
  events: readonly { readonly reason: string; readonly first_seen: string | null }[],
): string | null {
  return earliest(
    events.filter((event) => /^(BackOff|OOMKilling)$/.test(event.reason)).map((event) => event.first_seen),
  );
}
