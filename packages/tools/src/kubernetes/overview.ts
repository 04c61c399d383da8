import type { PodStatus } from "../outputs/index.ts";
import type { AroundPods } from "./around.ts";
import { text } from "./checks/raw.ts";
import { foldEvents } from "./events.ts";
import type { Findings } from "./findings.ts";
import { byTrouble, isCompleted, restartsOf, toPodRow } from "./pods.ts";

const MAX_HEALTHY_PODS = 10;
const MAX_PODS = 30;
const MAX_EVENTS = 20;

export interface Overview {
  readonly data: Pick<PodStatus, "findings" | "pods" | "totals" | "events" | "nodes" | "unread">;
  /** The worst of it in a few words each, for the summary. */
  readonly headlines: readonly string[];
  readonly omitted: readonly string[];
}

/** What an answer shows of many pods: the troubled ones, a few healthy ones, counts of all, warnings about `objects`. */
export function overviewOf(
  { pods, objects: around, usage, events, unread, bounds }: AroundPods,
  { findings, omitted }: Findings,
  objects?: ReadonlySet<string>,
): Overview {
  const rows = pods.map((pod) => toPodRow(pod, usage)).sort(byTrouble);
  const healthy = rows.filter((pod) => isCompleted(pod) || (pod.ready && restartsOf(pod) === 0));
  const troubled = rows.filter((pod) => !healthy.includes(pod));
  const shown = [...troubled.slice(0, MAX_PODS), ...healthy.slice(0, MAX_HEALTHY_PODS)];
  const folded = foldEvents(events, objects);
  const under = new Set(rows.map(({ node }) => node));
  const nodes = (around.get("Node") ?? []).filter((node) => under.has(text(node, "metadata", "name")));
  const completed = rows.filter(isCompleted).length;
  const totals = {
    pods: rows.length,
    ready: rows.filter((pod) => pod.ready).length,
    restarts: rows.reduce((sum, pod) => sum + restartsOf(pod), 0),
    ...(completed === 0 ? {} : { completed }),
  };
  const [worst] = findings;
  const [silent] = worst === undefined ? troubled.filter((pod) => !pod.ready) : [];
  return {
    data: {
      findings: [...findings],
      pods: shown,
      totals,
      events: folded.slice(0, MAX_EVENTS),
      nodes: { checked: nodes.length },
      unread,
    },
    headlines: [
      ...(worst === undefined ? [] : [worst.summary]),
      ...(silent === undefined ? [] : [`${silent.name}: ${silent.reason}`]),
    ],
    omitted: [...beyond(rows.length - shown.length, folded.length - MAX_EVENTS), ...omitted, ...bounds],
  };
}

function beyond(pods: number, events: number): string[] {
  const parts = [
    ...(pods > 0 ? [`${pods} more pods`] : []),
    ...(events > 0 ? [`${events} older kinds of events`] : []),
  ];
  return parts.length === 0 ? [] : [`${parts.join(" and ")}; see totals.`];
}
