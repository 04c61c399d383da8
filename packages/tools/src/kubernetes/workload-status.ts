import type { ArgoCdBackend, Autoscaler, WorkloadRef } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import type { Static } from "typebox";
import { omittedOf } from "../bounds.ts";
import { ok, type ToolAnswer } from "../define-tool.ts";
import type { AutoscalerState, PodStatus } from "../outputs/index.ts";
import { partly } from "../partly.ts";
import { type Asked, readAroundWorkload } from "./around.ts";
import { replicaSetToBlame } from "./blame.ts";
import { findingsOfWorkload } from "./findings.ts";
import { overviewOf } from "./overview.ts";
import { controllerOf } from "./pods.ts";
import { probeRows } from "./probes.ts";
import { rolloutState } from "./rollout.ts";
import { memoryQuery } from "./usage.ts";

/** A workload, its pods and what surrounds them; null when there is none of that name. */
export async function workloadStatus(
  asked: Asked & { readonly ref: WorkloadRef },
  entry: ServiceEntry | null,
  argocd: ArgoCdBackend | undefined,
): Promise<ToolAnswer<PodStatus> | null> {
  const { ref, window, metrics, now } = asked;
  const around = await readAroundWorkload(asked);
  if (around === null) return null;
  const { workload, pods, replicaSets, events, unread } = around;
  const podNames = new Set(pods.map(({ metadata }) => metadata.name));
  const scaler = around.autoscalers.find(
    ({ spec }) => spec?.scaleTargetRef?.kind === workload.kind && spec.scaleTargetRef.name === ref.workload,
  );
  const objects = [ref.workload, ...replicaSets.map((set) => set.metadata.name), ...podNames];
  if (scaler !== undefined) objects.push(scaler.metadata.name);
  const blamed = replicaSetToBlame(replicaSets);
  const found = findingsOfWorkload(around, blamed, now);
  const { data, headlines, omitted } = overviewOf(around, found, new Set(objects));
  const rollout = rolloutState(workload);
  const autoscaler = scaler === undefined ? null : toScalerRow(scaler);
  const { status, spec, kind } = workload;
  const { argocdApp } = entry?.deployment ?? {};
  const shown = data.pods.map(({ name }) => name);
  const graph = metrics?.link(memoryQuery(ref.namespace, shown), window);
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
      ...data,
      probes: probeRows(spec?.template?.spec?.containers ?? [], events, podNames),
      autoscaler,
    },
    {
      searched: `${kind} ${ref.workload} in ${ref.cluster}/${ref.namespace}, events since ${window.from}`,
      omitted: omittedOf(omitted),
      link,
      summary: `${ref.workload}: ${[
        `${data.totals.ready} of ${data.totals.pods} pods ready, ${data.totals.restarts} restarts, rollout ${rollout.state}`,
        ...headlines,
      ].join("; ")}`,
    },
  );
}

function toScalerRow({ metadata, spec, status }: Autoscaler): Static<typeof AutoscalerState> {
  return {
    name: metadata.name,
    min: spec?.minReplicas ?? 1,
    max: spec?.maxReplicas ?? null,
    current: status?.currentReplicas ?? null,
    desired: status?.desiredReplicas ?? null,
    last_scaled_at: status?.lastScaleTime ?? null,
  };
}
