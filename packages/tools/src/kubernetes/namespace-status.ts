import { omittedOf } from "../bounds.ts";
import { noData, ok, type ToolAnswer } from "../define-tool.ts";
import type { AnyPodStatus } from "../outputs/index.ts";
import { type Asked, EVENTS, readAroundNamespace } from "./around.ts";
import { findingsOfNamespace } from "./findings.ts";
import { overviewOf } from "./overview.ts";
import { memoryQuery } from "./usage.ts";

/** All pods of a namespace, whatever made them. */
export async function namespaceStatus(asked: Asked): Promise<ToolAnswer<AnyPodStatus>> {
  const { ref, window, metrics } = asked;
  const around = await readAroundNamespace(asked);
  const { data, headlines, omitted } = overviewOf(
    around,
    findingsOfNamespace(around, ref.namespace, asked.now),
  );
  const searched = `pods and events of ${ref.cluster}/${ref.namespace}, events since ${window.from}`;
  // The API answers a namespace that is not there like an empty one.
  const sawEvents = around.unread.every(({ what }) => what !== EVENTS);
  if (data.totals.pods === 0 && data.events.length === 0 && sawEvents) return noData(searched);
  const { pods, ready, restarts, completed = 0 } = data.totals;
  const done = completed === 0 ? "" : ` (${completed} more completed)`;
  const shown = data.pods.map(({ name }) => name);
  return ok(
    { service: null, cluster: ref.cluster, namespace: ref.namespace, workload: null, ...data },
    {
      searched,
      omitted: omittedOf(omitted),
      link: shown.length === 0 ? undefined : metrics?.link(memoryQuery(ref.namespace, shown), window),
      summary: `${ref.cluster}/${ref.namespace}: ${[
        `${ready} of ${pods - completed} pods ready${done}, ${restarts} restarts`,
        ...headlines,
      ].join("; ")}`,
    },
  );
}
