import type { KubernetesObject, Pod, ReplicaSet, Workload } from "@oncall/backends";
import { servicesOfRoute } from "./checks/gateway.ts";
import { servicesOfIngress } from "./checks/ingress.ts";
import { selects } from "./checks/label-selector.ts";
import { dig, list, strings, text } from "./checks/raw.ts";

/** Labels by which people and charts say what an object belongs to. */
const APP_LABELS = ["app.kubernetes.io/name", "app", "k8s-app"] as const;

export interface WorkloadObjects {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  readonly replicaSets: readonly ReplicaSet[];
}

type Labels = ReadonlyMap<string, string>;

/** Tells of an object in the workload's namespace whether it has to do with the workload. */
export function relation({ workload, pods, replicaSets }: WorkloadObjects, services: readonly unknown[]) {
  const labels = strings(workload, "spec", "template", "metadata", "labels");
  // Also what its pods were called before: a Service that still selects them is a Service of this workload.
  const known: readonly Labels[] = [
    labels,
    ...replicaSets.map((set) => strings(set, "spec", "template", "metadata", "labels")),
  ];
  const volumes = [
    ...list(workload, "spec", "template", "spec", "volumes"),
    ...pods.flatMap((pod) => list(pod, "spec", "volumes")),
  ];
  const mounted = (...path: string[]) => new Set(volumes.map((volume) => text(volume, ...path)));
  const claims = mounted("persistentVolumeClaim", "claimName");
  const secrets = mounted("secret", "secretName");
  const own = new Set(services.filter(isOurService).map((service) => text(service, "metadata", "name")));

  function isNamesake(object: unknown): boolean {
    const theirs = strings(object, "metadata", "labels");
    return (
      text(object, "metadata", "name") === workload.metadata.name ||
      APP_LABELS.some((key) => theirs.has(key) && theirs.get(key) === labels.get(key))
    );
  }

  function isOurService(service: unknown): boolean {
    const selector = dig(service, "spec", "selector");
    const wants = strings(selector);
    return (
      isNamesake(service) ||
      (wants.size > 0 && known.some((each) => selects({ matchLabels: selector }, each)))
    );
  }

  const rules: Readonly<Record<string, (object: KubernetesObject) => boolean>> = {
    Certificate: (object) => isNamesake(object) || secrets.has(text(object, "spec", "secretName")),
    HorizontalPodAutoscaler: (object) =>
      text(object, "spec", "scaleTargetRef", "kind") === workload.kind &&
      text(object, "spec", "scaleTargetRef", "name") === workload.metadata.name,
    HTTPRoute: (object) => isNamesake(object) || servicesOfRoute(object).some((name) => own.has(name)),
    Ingress: (object) => isNamesake(object) || servicesOfIngress(object).some((name) => own.has(name)),
    NetworkPolicy: (object) => selects(dig(object, "spec", "podSelector"), labels),
    PersistentVolumeClaim: (object) =>
      claims.has(object.metadata.name) ||
      list(workload, "spec", "volumeClaimTemplates").some((template) =>
        object.metadata.name.startsWith(`${text(template, "metadata", "name")}-${workload.metadata.name}-`),
      ),
    PodDisruptionBudget: (object) => selects(dig(object, "spec", "selector"), labels),
    Service: isOurService,
  };
  return (kind: string, object: KubernetesObject): boolean => rules[kind]?.(object) ?? false;
}
