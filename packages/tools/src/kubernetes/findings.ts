import type { KubernetesObject } from "@oncall/backends";
import type { Static } from "typebox";
import type { BlamedReplicaSet, ClusterFinding } from "../outputs/index.ts";
import type { AroundPods, AroundWorkload } from "./around.ts";
import { carries } from "./checks/cluster.ts";
import { type CheckReport, checkObjects, type ObjectFinding } from "./checks/index.ts";
import { strings } from "./checks/raw.ts";
import { addressOf } from "./checks/resource.ts";
import { quote, some } from "./checks/words.ts";
import { relation } from "./related.ts";
import { shortages } from "./shortages.ts";
import { usageKey } from "./usage.ts";

type Blamed = Static<typeof BlamedReplicaSet>;

const ROLLOUTS: ReadonlySet<string> = new Set(["k8s.rollout_stuck", "k8s.rollout_failed"]);
const MAX_FINDINGS = 12;
const MAX_EVIDENCE = 4;
const MAX_SUMMARY = 700;

export interface Findings {
  /** The most telling first. */
  readonly findings: readonly ClusterFinding[];
  readonly omitted: readonly string[];
}

/** What is wrong with a workload or with what stands around it: what the objects show, then what only metrics do. */
export function findingsOfWorkload(around: AroundWorkload, blamed: Blamed | null, now: Date): Findings {
  const { workload, pods, replicaSets, autoscalers, objects, certificates, selectedElsewhere } = around;
  const isRelated = relation(around, objects.get("Service") ?? []);
  const { namespace = "" } = workload.metadata;
  const address = (
    kind: string,
    { metadata: { name, namespace = "" } }: Pick<KubernetesObject, "metadata">,
  ) => addressOf({ kind, namespace, name });
  // Only the workload's pods and those were read: of another Service it is not known what it selects.
  const canJudge = (service: KubernetesObject): boolean =>
    selectedElsewhere.has(service.metadata.name) ||
    carries(
      strings(workload, "spec", "template", "metadata", "labels"),
      strings(service, "spec", "selector"),
    );
  const nodes = pods.flatMap(({ spec }) => spec?.nodeName ?? []);
  const about = new Set([
    address(workload.kind, workload),
    ...replicaSets.map((set) => address("ReplicaSet", set)),
    ...pods.map((pod) => address("Pod", pod)),
    ...certificates.map((secret) => address("Secret", secret)),
    ...nodes.map((name) => addressOf({ kind: "Node", namespace: "", name })),
    ...autoscalers
      .filter((scaler) => isRelated("HorizontalPodAutoscaler", { ...scaler }))
      .map((scaler) => address("HorizontalPodAutoscaler", scaler)),
    // Only those of the routes were read.
    ...(objects.get("Gateway") ?? []).map((gateway) => address("Gateway", gateway)),
    ...[...objects].flatMap(([kind, all]) =>
      all
        .filter((object) => isRelated(kind, object) && (kind !== "Service" || canJudge(object)))
        .map((object) => address(kind, object)),
    ),
  ]);
  const given = [
    workload,
    ...certificates.map((secret) => ({ ...secret, kind: "Secret" })),
    { kind: "ReplicaSetList", items: replicaSets },
    { kind: "PodList", items: [...selectedElsewhere.values()].flat() },
    ...everywhere(around),
  ];
  // Ranking over services wants every kind of trouble: what stands behind what, it weighs by itself.
  const context = { now, whole: around.whole, absent: around.absent, about, grain: "code" } as const;
  const report = checkObjects(given, context);
  const findings = report.findings.map((finding) => withChanges(finding, blamed));
  return bounded({ ...report, findings }, shortages(around, about, namespace), around);
}

/** The same of a namespace: whatever is in it. */
export function findingsOfNamespace(around: AroundPods, namespace: string, now: Date): Findings {
  const whole = new Set([...around.whole, "Pod"]);
  const report = checkObjects(everywhere(around), { now, whole });
  return bounded(report, shortages(around, undefined, namespace), around);
}

/** Lists by kind, as the checks open them. */
function everywhere({ pods, events, autoscalers, objects }: AroundPods): unknown[] {
  return [
    { kind: "PodList", items: pods },
    { kind: "EventList", items: events },
    { kind: "HorizontalPodAutoscalerList", items: autoscalers },
    ...[...objects].map(([kind, items]) => ({ kind: `${kind}List`, items })),
  ];
}

/** What sets the ReplicaSet that does not come up apart from the one before. */
function withChanges(finding: ObjectFinding, blamed: Blamed | null): ObjectFinding {
  if (!ROLLOUTS.has(finding.code) || blamed === null || blamed.changes.length === 0) return finding;
  const said = blamed.changes.map(({ what, from, to }) => `${what} ${from ?? "(none)"} → ${to ?? "(none)"}`);
  return { ...finding, summary: `${finding.summary} Changed in its template: ${quote(some(said), 300)}.` };
}

/** The memory that a container killed for memory holds now, which the objects do not tell. */
function withMemory(finding: ObjectFinding, { pods, usage }: AroundPods): ObjectFinding {
  const { code, container } = finding;
  if (code !== "k8s.oom_killed" || container === undefined) return finding;
  const held = pods.map(
    ({ metadata }) => usage.containers.get(usageKey(metadata.name, container))?.memoryBytes,
  );
  const most = Math.max(0, ...held.map((bytes) => bytes ?? 0));
  if (most === 0) return finding;
  return {
    ...finding,
    summary: `${finding.summary} The fullest one holds ${Math.round(most / 2 ** 20)} MiB now.`,
  };
}

function bounded(
  { findings, notes }: CheckReport,
  measured: readonly ObjectFinding[],
  around: AroundPods,
): Findings {
  // What is only worth knowing while all is well costs every reader and tells none of them why.
  const all = [...findings, ...measured].filter(({ severity }) => severity !== "info");
  const shown = all.slice(0, MAX_FINDINGS);
  return {
    findings: shown
      .map((finding) => withMemory(finding, around))
      .map(({ since, container, summary, evidence, ...rest }) => ({
        ...rest,
        container: container ?? null,
        since: since ?? null,
        summary: summary.length > MAX_SUMMARY ? `${summary.slice(0, MAX_SUMMARY - 1)}…` : summary,
        evidence: evidence.slice(0, MAX_EVIDENCE),
      })),
    omitted: [
      ...notes,
      ...(all.length > shown.length
        ? [`${all.length - shown.length} more findings, the least serious.`]
        : []),
    ],
  };
}
