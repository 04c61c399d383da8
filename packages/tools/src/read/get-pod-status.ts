import type { WorkloadRef } from "@oncall/backends";
import type { Catalog, ServiceEntry } from "@oncall/catalog";
import { AppError, addMinutes, type TimeWindow } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData } from "../define-tool.ts";
import { jobsStatus } from "../kubernetes/jobs-status.ts";
import { namespaceStatus } from "../kubernetes/namespace-status.ts";
import { workloadStatus } from "../kubernetes/workload-status.ts";
import { AnyPodStatus } from "../outputs/index.ts";
import { KubernetesName, PodPlace } from "./inputs.ts";

const EVENTS_MINUTES = 60;

export const getPodStatus = defineReadTool({
  name: "get_pod_status",
  description:
    "Pods of a service, a workload or a namespace, and what is wrong with them or around them (quota, volumes, Services, Ingresses, certificates, policies, nodes): findings first; then the rollout and the ReplicaSet to blame, readiness, restarts, probes, usage, events.",
  uses: ["kubernetes", "catalog"],
  mayUse: ["metrics", "argocd"],
  input: Type.Object(
    {
      ...PodPlace,
      workload: KubernetesName(
        "Deployment, StatefulSet, DaemonSet, CronJob or Job; without it, the whole namespace",
      ),
    },
    { additionalProperties: false },
  ),
  output: AnyPodStatus,
  async run(input, { kubernetes, catalog, metrics, argocd }, { now, onset, signal }) {
    const place = await placeOf(input, catalog);
    if ("missing" in place) return noData(place.missing);
    const asked = { kubernetes, metrics, window: eventsWindow(now, onset), now, signal };
    const { cluster, namespace, workload, entry } = place;
    if (workload === undefined) return await namespaceStatus({ ...asked, ref: { cluster, namespace } });
    const named = { ...asked, ref: { cluster, namespace, workload } };
    return (
      (await workloadStatus(named, entry, argocd)) ??
      (await jobsStatus(named, entry)) ??
      noWorkload(named.ref)
    );
  },
});

function eventsWindow(now: Date, onset: Date | undefined): TimeWindow {
  const earliest = Math.min(onset?.getTime() ?? now.getTime(), now.getTime() - EVENTS_MINUTES * 60_000);
  return { from: addMinutes(new Date(earliest), -30), to: addMinutes(now, 1) };
}

interface Place {
  readonly cluster: string;
  readonly namespace: string;
  /** Undefined: all of the namespace. */
  readonly workload: string | undefined;
  readonly entry: ServiceEntry | null;
}

async function placeOf(
  input: { service?: string; cluster?: string; namespace?: string; workload?: string },
  catalog: Catalog,
): Promise<Place | { missing: string }> {
  const { service, cluster, namespace, workload } = input;
  if (service !== undefined) {
    const entry = await catalog.get(service);
    const { kubernetes } = entry.deployment;
    return kubernetes === undefined
      ? { missing: `service.yaml of ${entry.name}, which gives no deployment.kubernetes` }
      : { ...kubernetes, entry };
  }
  if (cluster === undefined || namespace === undefined) {
    throw new AppError(
      "invalid_input",
      "Give either service, or cluster and namespace together (and workload for one of its workloads).",
    );
  }
  const owner = (await catalog.all()).find(
    ({ deployment: { kubernetes: at } }) =>
      at?.cluster === cluster && at.namespace === namespace && at.workload === workload,
  );
  return { cluster, namespace, workload, entry: owner ?? null };
}

function noWorkload({ cluster, namespace, workload }: WorkloadRef): never {
  throw new AppError(
    "not_found",
    `Cluster ${cluster} has no Deployment, StatefulSet, DaemonSet, CronJob or Job "${workload}" in namespace "${namespace}": check deployment.kubernetes in service.yaml, or ask for the whole namespace.`,
  );
}
