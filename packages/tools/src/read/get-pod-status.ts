import type { WorkloadRef } from "@oncall/backends";
import type { Catalog, ServiceEntry } from "@oncall/catalog";
import { AppError, addMinutes, type TimeWindow } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { MAX_MEASURED_PODS, readAround } from "../kubernetes/around.ts";
import { autoscalerState } from "../kubernetes/autoscaler.ts";
import { replicaSetToBlame } from "../kubernetes/blame.ts";
import { foldEvents } from "../kubernetes/events.ts";
import { nodeTrouble } from "../kubernetes/nodes.ts";
import { byTrouble, controllerOf, restartsOf, toPodRow } from "../kubernetes/pods.ts";
import { probeRows } from "../kubernetes/probes.ts";
import { rolloutState } from "../kubernetes/rollout.ts";
import { memoryQuery } from "../kubernetes/usage.ts";
import { partly } from "../partly.ts";
import { PodStatus } from "./outputs.ts";

const MAX_HEALTHY_PODS = 10;
const MAX_PODS = 30;
const MAX_EVENTS = 20;
const EVENTS_MINUTES = 60;

const Name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 253, description }));

export const getPodStatus = defineReadTool({
  name: "get_pod_status",
  description:
    "Pods of a service, or of a workload by cluster and namespace: rollout and the ReplicaSet to blame, readiness and why not, restarts with the last termination, probes, requests and limits against usage, warning events, autoscaler, node trouble.",
  uses: ["kubernetes", "catalog"],
  mayUse: ["metrics", "argocd"],
  input: Type.Object(
    {
      service: Name("Service name; or give the next three"),
      cluster: Name("Cluster name"),
      namespace: Name("Namespace"),
      workload: Name("Name of the Deployment, StatefulSet or DaemonSet"),
    },
    { additionalProperties: false },
  ),
  output: PodStatus,
  async run(input, { kubernetes, catalog, metrics, argocd }, { now, onset, signal }) {
    const { entry, ref } = await whereOf(input, catalog);
    if (ref === null) return noData(`service.yaml of ${entry?.name}, which gives no deployment.kubernetes`);
    const workload = await kubernetes.workload(ref, signal);
    if (workload === null) throw noWorkload(ref);
    const window = eventsWindow(now, onset);
    const read = await readAround({ kubernetes, metrics, ref, workload, window, now, signal });
    const { pods, replicaSets, events, unread } = read;
    const rows = pods.map((pod) => toPodRow(pod, read.usage)).sort(byTrouble);
    const healthy = rows.filter((pod) => pod.ready && restartsOf(pod) === 0);
    const troubled = rows.filter((pod) => !healthy.includes(pod));
    const shown = [...troubled.slice(0, MAX_PODS), ...healthy.slice(0, MAX_HEALTHY_PODS)];
    const podNames = new Set(pods.map((pod) => pod.metadata.name));
    const objects = [ref.workload, ...replicaSets.map((set) => set.metadata.name), ...podNames];
    if (read.autoscaler !== null) objects.push(read.autoscaler.metadata.name);
    const folded = foldEvents(events, new Set(objects));
    const rollout = rolloutState(workload);
    const blamed = replicaSetToBlame(replicaSets);
    const autoscaler = read.autoscaler === null ? null : autoscalerState(read.autoscaler);
    const troubledNodes = read.nodes.map(nodeTrouble).filter((node) => node !== null);
    const totals = {
      pods: rows.length,
      ready: rows.filter((pod) => pod.ready).length,
      restarts: rows.reduce((sum, pod) => sum + restartsOf(pod), 0),
    };
    const { status, spec, kind } = workload;
    const { argocdApp } = entry?.deployment ?? {};
    const measured = [...podNames].slice(0, MAX_MEASURED_PODS);
    const graph = metrics?.link(memoryQuery(ref.namespace, measured), window);
    // Argo CD shows the objects themselves; a graph of their memory is the next best.
    const link = await partly(unread)("link to Argo CD", graph, async () =>
      argocd === undefined || argocdApp === undefined ? graph : argocd.link(argocdApp),
    );
    return ok(
      {
        service: entry?.name ?? null,
        cluster: ref.cluster,
        namespace: ref.namespace,
        workload: {
          kind,
          name: workload.metadata.name,
          desired: spec?.replicas ?? status?.replicas ?? 0,
          ready: status?.readyReplicas ?? 0,
          updated: status?.updatedReplicas ?? 0,
          available: status?.availableReplicas ?? 0,
          rollout: rollout.state,
          rollout_note: rollout.note,
          rollout_started_at: replicaSets[0]?.metadata.creationTimestamp ?? null,
          owner: controllerOf(workload.metadata),
          blamed,
        },
        pods: shown,
        totals,
        events: folded.slice(0, MAX_EVENTS),
        probes: probeRows(spec?.template?.spec?.containers ?? [], events, podNames),
        autoscaler,
        nodes: { checked: read.nodes.length, troubled: troubledNodes },
        unread,
      },
      {
        searched: `${kind} ${ref.workload} in ${ref.cluster}/${ref.namespace}, events since ${window.from}`,
        omitted: omittedOf(rows.length - shown.length, folded.length - MAX_EVENTS),
        link,
        summary: `${ref.workload}: ${[
          `${totals.ready} of ${totals.pods} pods ready, ${totals.restarts} restarts, rollout ${rollout.state}`,
          ...rows.slice(0, 1).flatMap(({ name, ready, reason }) => (ready ? [] : [`${name}: ${reason}`])),
          ...(autoscaler?.at_limit
            ? [`autoscaler ${autoscaler.name} is at its limit of ${autoscaler.max}`]
            : []),
          ...troubledNodes.slice(0, 1).map(({ name, problems }) => `node ${name}: ${problems[0]}`),
        ].join("; ")}`,
      },
    );
  },
});

function eventsWindow(now: Date, onset: Date | undefined): TimeWindow {
  const earliest = Math.min(onset?.getTime() ?? now.getTime(), now.getTime() - EVENTS_MINUTES * 60_000);
  return { from: addMinutes(new Date(earliest), -30), to: addMinutes(now, 1) };
}

interface Where {
  readonly service?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly workload?: string;
}

async function whereOf(
  input: Where,
  catalog: Catalog,
): Promise<{ entry: ServiceEntry | null; ref: WorkloadRef | null }> {
  const { service, cluster, namespace, workload } = input;
  if (service !== undefined) {
    const entry = await catalog.get(service);
    return { entry, ref: entry.deployment.kubernetes ?? null };
  }
  if (cluster === undefined || namespace === undefined || workload === undefined) {
    throw new AppError("invalid_input", "Give either service, or cluster, namespace and workload together.");
  }
  const ref = { cluster, namespace, workload };
  const owner = (await catalog.all()).find(({ deployment: { kubernetes: at } }) =>
    at === undefined
      ? false
      : at.cluster === cluster && at.namespace === namespace && at.workload === workload,
  );
  return { entry: owner ?? null, ref };
}

function noWorkload({ cluster, namespace, workload }: WorkloadRef): AppError {
  return new AppError(
    "not_found",
    `Cluster ${cluster} has no Deployment, StatefulSet or DaemonSet "${workload}" in namespace "${namespace}": check deployment.kubernetes in service.yaml.`,
  );
}

function omittedOf(pods: number, events: number): string | undefined {
  const parts = [
    ...(pods > 0 ? [`${pods} more pods`] : []),
    ...(events > 0 ? [`${events} older kinds of events`] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(" and ")}; see totals.`;
}
