import type { PodStatus } from "../read/outputs.ts";
import type { AroundPods } from "./around.ts";
import { foldEvents } from "./events.ts";
import { nodeTrouble } from "./nodes.ts";
import { isCompleted, restartsOf } from "./pods.ts";

const MAX_HEALTHY_PODS = 10;
const MAX_PODS = 30;
const MAX_EVENTS = 20;

export interface Overview {
  readonly data: Pick<PodStatus, "pods" | "totals" | "events" | "nodes" | "unread">;
  /** The worst of it in a few words each, for the summary. */
  readonly headlines: readonly string[];
  readonly omitted: readonly string[];
}

/** What an answer shows of many pods: the troubled ones, a few healthy ones, counts of all, warnings about `objects`. */
export function overviewOf(
  { rows, nodes, events, unread, bounds }: AroundPods,
  objects?: ReadonlySet<string>,
): Overview {
  const healthy = rows.filter((pod) => isCompleted(pod) || (pod.ready && restartsOf(pod) === 0));
  const troubled = rows.filter((pod) => !healthy.includes(pod));
  const shown = [...troubled.slice(0, MAX_PODS), ...healthy.slice(0, MAX_HEALTHY_PODS)];
  const folded = foldEvents(events, objects);
  const troubledNodes = nodes.map(nodeTrouble).filter((node) => node !== null);
  const completed = rows.filter(isCompleted).length;
  const totals = {
    pods: rows.length,
    ready: rows.filter((pod) => pod.ready).length,
    restarts: rows.reduce((sum, pod) => sum + restartsOf(pod), 0),
    ...(completed === 0 ? {} : { completed }),
  };
  const [worst] = troubled.filter((pod) => !pod.ready);
  const [node] = troubledNodes;
  return {
    data: {
      pods: shown,
      totals,
      events: folded.slice(0, MAX_EVENTS),
      nodes: { checked: nodes.length, troubled: troubledNodes },
      unread,
    },
    headlines: [
      ...(worst === undefined ? [] : [`${worst.name}: ${worst.reason}`]),
      ...(node === undefined ? [] : [`node ${node.name}: ${node.problems[0]}`]),
    ],
    omitted: [...beyond(rows.length - shown.length, folded.length - MAX_EVENTS), ...bounds],
  };
}

function beyond(pods: number, events: number): string[] {
  const parts = [
    ...(pods > 0 ? [`${pods} more pods`] : []),
    ...(events > 0 ? [`${events} older kinds of events`] : []),
  ];
  return parts.length === 0 ? [] : [`${parts.join(" and ")}; see totals.`];
}
