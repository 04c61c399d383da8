import { catalogOf, indexServices, type ServiceEntry } from "@oncall/catalog";
import type { Alert } from "@oncall/incidents";
import { resolve } from "@oncall/triage";
import { type Measured, share } from "./task.ts";

/** An alert as it was read, and the labels that it really has. */
export interface Labelled {
  readonly id: string;
  readonly alert: Alert | null;
  readonly labels: Readonly<Record<string, string>>;
}

interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
}

/** Labels that name what an alert is about, the most telling first. */
const workloadLabels = ["deployment", "statefulset", "daemonset", "kube_deployment", "service", "pod"];
/** Jobs whose own service and pod are on every alert that they report about others. */
const exporters = ["kube-state-metrics", "kubelet", "node-exporter"];

/**
 * Whether an alert finds its service. The catalog is made of the alerts' own workloads under names that no alert
 * holds, each with a neighbour in its namespace and, where the alert tells it, a twin in another one; and of the exporters as
 * services. An alert that names no workload must find none; those that an exporter is named after are left out.
 */
export async function measureResolve(cases: readonly Labelled[]): Promise<Measured> {
  const known = cases.flatMap(({ labels }) => workloadOf(labels) ?? []);
  const catalog = catalogOf(indexServices(servicesOf(known)));
  const notes: string[] = [];
  const counts = { right: 0, named: 0, silent: 0, unnamed: 0 };
  for (const { id, alert, labels } of cases) {
    if (alert === null || (workloadOf(labels) === null && isAboutExporter(alert.name))) continue;
    const subject = { alert, question: null, target: null, startedAt: null };
    const { service, reason } = await resolve(subject, catalog, new Date(alert.receivedAt));
    const wanted = workloadOf(labels);
    const found = service?.deployment.kubernetes;
    const isRight =
      wanted === null
        ? service === null
        : found?.workload === wanted.name &&
          (labels.namespace === undefined || found.namespace === wanted.namespace);
    if (wanted === null) counts.unnamed++;
    else counts.named++;
    if (isRight && wanted === null) counts.silent++;
    if (isRight && wanted !== null) counts.right++;
    if (!isRight) {
      const want = wanted === null ? "no service" : `${wanted.namespace}/${wanted.name}`;
      notes.push(
        `${id}: ${want}, found ${found === undefined ? "none" : `${found.namespace}/${found.workload}`}: ${reason}`,
      );
    }
  }
  return {
    figures: [
      { ...share("service of the workload", counts.right, counts.named, 0), bar: null, ok: true },
      { ...share("no service where none is named", counts.silent, counts.unnamed, 0), bar: null, ok: true },
    ],
    notes,
  };
}

function isAboutExporter(name: string): boolean {
  return exporters.some((exporter) => name.toLowerCase().includes(exporter.replaceAll("-", "")));
}

function workloadOf(labels: Readonly<Record<string, string>>): Workload | null {
  for (const label of workloadLabels) {
    const value = labels[label];
    if (
      value === undefined ||
      exporters.some((exporter) => labels.job === exporter && value.startsWith(exporter))
    )
      continue;
    const name = label === "pod" ? value.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$|-\d+$/, "") : value;
    return {
      name,
      namespace: labels.namespace ?? labels.kube_namespace ?? "default",
      cluster: labels.cluster ?? "prod",
    };
  }
  return null;
}

function servicesOf(workloads: readonly Workload[]): ServiceEntry[] {
  const distinct = new Map(workloads.map((workload) => [`${workload.namespace}/${workload.name}`, workload]));
  const all = [...distinct.values()].flatMap((workload) => [
    workload,
    { ...workload, name: `${workload.name}-neighbour` },
    ...(workload.namespace === "default"
      ? []
      : [{ ...workload, namespace: `${workload.namespace}-staging` }]),
  ]);
  return [
    ...all.map((workload, at) => entry(`unit${at}x`, workload)),
    ...exporters.map((name) => entry(name, { name, namespace: "observability", cluster: "tools" })),
  ];
}

function entry(name: string, { name: workload, namespace, cluster }: Workload): ServiceEntry {
  return {
    name,
    team: "team",
    slackChannel: "#team",
    pagerAlias: "team",
    aliases: [],
    dependencies: [],
    resources: [],
    observability: { logPatterns: [] },
    deployment: { kubernetes: { cluster, namespace, workload } },
    runbooks: [],
    automation: { allowedActions: [], requiresApproval: [] },
    repository: `acme/${name}`,
    path: "service.yaml",
    commit: "0".repeat(40),
    syncedAt: "2026-11-20T00:00:00Z",
  };
}
