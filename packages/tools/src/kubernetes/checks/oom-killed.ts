import { clock } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import { type Container, firstEnd, livingContainersOf, named } from "./containers.ts";
import type { Check } from "./finding.ts";
import { text } from "./raw.ts";
import type { Resource } from "./resource.ts";
import { plural } from "./words.ts";

/** 128 + SIGKILL. */
const KILLED = 137;
const RECENT_MS = 60 * 60_000;

/** Containers the kernel killed for memory, with the limit they ran into. */
export const oomKilled: Check = {
  kinds: ["Pod"],
  check: (pod, cluster) =>
    livingContainersOf(pod).flatMap((container) => {
      const ending = [container.ended, container.last].find(
        (end) => end?.reason === "OOMKilled" || (end?.exitCode === KILLED && toldByEvent(pod, cluster)),
      );
      if (ending === undefined || isOver(container, ending.finishedAt, cluster)) return [];
      const limit = text(container.spec, "resources", "limits", "memory");
      const at =
        ending.finishedAt === undefined ? "" : `, last at ${clock(iso(ending.finishedAt), iso(cluster.now))}`;
      const summary =
        `The kernel killed ${named(container)} for memory (OOMKilled, exit code ${ending.exitCode ?? 137})${at}: ` +
        `${limit === "" ? "it has no memory limit of its own" : `its memory limit is ${limit}`}; ${plural(container.restarts, "restart")} so far.`;
      return [
        {
          code: "k8s.oom_killed" as const,
          severity: container.running && container.ready ? ("warning" as const) : ("critical" as const),
          confidence: 0.95,
          at: pod,
          container: container.name,
          since: firstEnd(container, cluster),
          summary,
          evidence: [ending.evidence],
          weight: container.restarts,
        },
      ];
    }),
};

/** Some runtimes report a mere kill; an event then says what for. */
function toldByEvent(pod: Resource, cluster: Cluster): boolean {
  return cluster.eventsOf(pod).some(({ reason }) => /^OOMKill(ing|ed)$/.test(reason));
}

/** It runs and is ready again, and the kill lies behind. */
function isOver(container: Container, finishedAt: number | undefined, { now }: Cluster): boolean {
  return container.running && container.ready && finishedAt !== undefined && now - finishedAt > RECENT_MS;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
