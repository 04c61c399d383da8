import type { ScenarioObject } from "../data/scenario.ts";
import type { KubernetesObject, ResourceName } from "./cluster.ts";
import type { Random } from "./random.ts";
import { fillDeep, iso, type Timeline } from "./timeline.ts";

/** Where the API lists each kind that a scenario may declare. */
export const DECLARED_KINDS = {
  Certificate: "certificates",
  CronJob: "cronjobs",
  Deployment: "deployments",
  Ingress: "ingresses",
  Job: "jobs",
  NetworkPolicy: "networkpolicies",
  PersistentVolumeClaim: "persistentvolumeclaims",
  PodDisruptionBudget: "poddisruptionbudgets",
  ResourceQuota: "resourcequotas",
  Secret: "secrets",
  Service: "services",
} as const satisfies Record<string, ResourceName>;

export interface DeclaredContext {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly bornMs: number;
  /** Undefined for a service of another cluster. */
  namespaceOf(service: string): string | undefined;
}

/** A list as the scenario has it: its own objects beside Acme's, its fields merged over those that are there. */
export function withDeclared(
  resource: ResourceName,
  objects: readonly KubernetesObject[],
  declared: readonly ScenarioObject[],
  { timeline, random, bornMs, namespaceOf }: DeclaredContext,
): KubernetesObject[] {
  const now = timeline.now();
  const list = [...objects];
  for (const { service, kind, name, from, until, fields } of declared) {
    const namespace = namespaceOf(service);
    const fromMs = from === undefined ? bornMs : timeline.afterOnset(from);
    const untilMs = until === undefined ? Number.POSITIVE_INFINITY : timeline.afterOnset(until);
    if (DECLARED_KINDS[kind] !== resource || namespace === undefined || now < fromMs || now >= untilMs)
      continue;
    const filled = fillDeep(fields, timeline.fill);
    const at = list.findIndex(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const known = list[at];
    const base = known ?? {
      metadata: { name, namespace, uid: random.uuid(`${kind} ${name}`), creationTimestamp: iso(fromMs) },
    };
    list.splice(at < 0 ? list.length : at, known ? 1 : 0, merged(base, filled) as KubernetesObject);
  }
  return list;
}

/** Objects field by field; anything else is replaced. */
function merged(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const fields = Object.entries(over).map(([key, value]) => [key, merged(base[key], value)]);
  return { ...base, ...Object.fromEntries(fields) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
