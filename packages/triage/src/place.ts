import type { Catalog } from "@oncall/catalog";
import type { Alert } from "@oncall/incidents";
import { kindOf, withoutPodHash } from "./alert-words.ts";

/** Where an alert points that names no service of the catalog. */
export interface Place {
  /** The one that the alert names, else those that it may be in, at most 3; none where the catalog knows no cluster. */
  readonly clusters: readonly string[];
  readonly namespace: string;
  readonly workload: string | null;
  readonly pod: string | null;
}

const workloadKinds = ["deployment", "statefulset", "daemonset", "workload", "cronjob"] as const;
const MAX_CLUSTERS = 3;
/** A name as Kubernetes takes it: what is none of these was never a name there. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * The place in Kubernetes that an alert names by its labels or, where only their values are known, by what the catalog
 * calls clusters and namespaces; null without a namespace. A cluster that is not named is one that has the namespace in
 * the catalog, or any that there is.
 */
export async function placeOf(alert: Alert, catalog: Catalog): Promise<Place | null> {
  const known = (await catalog.all()).flatMap(({ deployment }) => deployment.kubernetes ?? []);
  const values = alert.values.filter((value) => NAME.test(value));
  const label = labelsByKind(alert);
  const namespace =
    label("namespace") ?? values.find((value) => known.some((one) => one.namespace === value)) ?? null;
  if (namespace === null) return null;
  const inNamespace = known.filter((one) => one.namespace === namespace);
  const cluster =
    label("cluster") ?? values.find((value) => known.some((one) => one.cluster === value)) ?? null;
  const possible = (inNamespace.length > 0 ? inNamespace : known).map((one) => one.cluster);
  return {
    namespace,
    clusters: cluster === null ? [...new Set(possible)].sort().slice(0, MAX_CLUSTERS) : [cluster],
    workload: workloadKinds.map(label).find((name) => name !== null) ?? null,
    pod:
      label("pod") ??
      values.find((value) => value !== namespace && withoutPodHash(value).length > 0 && /\d/.test(value)) ??
      null,
  };
}

/** What an exporter says of others (`exported_pod`) goes before the labels of its own. */
function labelsByKind(alert: Alert): (kind: string) => string | null {
  const named = Object.entries(alert.labels).sort(
    ([a], [b]) => Number(b.startsWith("exported_")) - Number(a.startsWith("exported_")),
  );
  return (kind) => named.find(([name, value]) => kindOf(name) === kind && NAME.test(value))?.[1] ?? null;
}
