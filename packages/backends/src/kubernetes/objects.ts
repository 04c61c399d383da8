import type { ObjectKind } from "./types.ts";

interface ObjectPath {
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const namespaced = (group: string, plural: string): ObjectPath => ({ group, plural, namespaced: true });
const gateway = "apis/gateway.networking.k8s.io/v1";

/** Where the API serves each kind: https://kubernetes.io/docs/reference/kubernetes-api/. */
export const objectPaths: Readonly<Record<ObjectKind, ObjectPath>> = {
  Certificate: namespaced("apis/cert-manager.io/v1", "certificates"),
  CronJob: namespaced("apis/batch/v1", "cronjobs"),
  DaemonSet: namespaced("apis/apps/v1", "daemonsets"),
  Deployment: namespaced("apis/apps/v1", "deployments"),
  Gateway: namespaced(gateway, "gateways"),
  HTTPRoute: namespaced(gateway, "httproutes"),
  Ingress: namespaced("apis/networking.k8s.io/v1", "ingresses"),
  Job: namespaced("apis/batch/v1", "jobs"),
  NetworkPolicy: namespaced("apis/networking.k8s.io/v1", "networkpolicies"),
  Node: { group: "api/v1", plural: "nodes", namespaced: false },
  PersistentVolumeClaim: namespaced("api/v1", "persistentvolumeclaims"),
  PodDisruptionBudget: namespaced("apis/policy/v1", "poddisruptionbudgets"),
  ReplicaSet: namespaced("apis/apps/v1", "replicasets"),
  ResourceQuota: namespaced("api/v1", "resourcequotas"),
  Service: namespaced("api/v1", "services"),
  StatefulSet: namespaced("apis/apps/v1", "statefulsets"),
};
