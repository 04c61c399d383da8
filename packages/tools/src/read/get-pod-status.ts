import type { WorkloadRef } from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import { AppError, addMinutes } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { foldEvents } from "../kubernetes/events.ts";
import { byTrouble, restartsOf, toPodRow } from "../kubernetes/pods.ts";
import { rolloutState } from "../kubernetes/rollout.ts";
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
    "Pods of a service, or of a workload by cluster and namespace: rollout state, readiness and why not, restarts with the last termination, images, memory limits, warning events.",
  uses: ["kubernetes", "catalog"],
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
  async run(input, { kubernetes, catalog }, { now, onset, signal }) {
    const { service, ref } = await whereOf(input, catalog);
    if (ref === null) return noData(`service.yaml of ${service}, which gives no deployment.kubernetes`);
    const { cluster, namespace } = ref;
    const workload = await kubernetes.workload(ref, signal);
    if (workload === null) throw noWorkload(ref);
    const earliest = Math.min(onset?.getTime() ?? now.getTime(), now.getTime() - EVENTS_MINUTES * 60_000);
    const window = { from: addMinutes(new Date(earliest), -30), to: addMinutes(now, 1) };
    const [pods, replicaSets, events] = await Promise.all([
      kubernetes.podsOf(ref, workload, signal),
      kubernetes.replicaSetsOf(ref, workload, signal),
      kubernetes.events({ cluster, namespace }, window, signal),
    ]);
    const rows = pods.map(toPodRow).sort(byTrouble);
    const healthy = rows.filter((pod) => pod.ready && restartsOf(pod) === 0);
    const troubled = rows.filter((pod) => !healthy.includes(pod));
    const shown = [...troubled.slice(0, MAX_PODS), ...healthy.slice(0, MAX_HEALTHY_PODS)];
    const objects = [
      ref.workload,
      ...replicaSets.map((set) => set.metadata.name),
      ...pods.map((pod) => pod.metadata.name),
    ];
    const folded = foldEvents(events, new Set(objects));
    const rollout = rolloutState(workload);
    const ready = rows.filter((pod) => pod.ready).length;
    const restarts = rows.reduce((sum, pod) => sum + restartsOf(pod), 0);
    const { status, spec, kind } = workload;
    const worst = rows.find((pod) => !pod.ready);
    return ok(
      {
        service,
        cluster,
        namespace,
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
        },
        pods: shown,
        totals: { pods: rows.length, ready, restarts },
        events: folded.slice(0, MAX_EVENTS),
      },
      {
        searched: `${kind} ${ref.workload} in ${cluster}/${namespace}, events since ${window.from}`,
        omitted: omittedOf(rows.length - shown.length, folded.length - MAX_EVENTS),
        summary: `${ref.workload}: ${ready} of ${rows.length} pods ready, ${restarts} restarts, rollout ${rollout.state}${worst === undefined ? "" : `; ${worst.name}: ${worst.reason}`}`,
      },
    );
  },
});

interface Where {
  readonly service?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly workload?: string;
}

async function whereOf(
  input: Where,
  catalog: Catalog,
): Promise<{ service: string | null; ref: WorkloadRef | null }> {
  const { service, cluster, namespace, workload } = input;
  if (service !== undefined) {
    const entry = await catalog.get(service);
    return { service: entry.name, ref: entry.deployment.kubernetes ?? null };
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
  return { service: owner?.name ?? null, ref };
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
