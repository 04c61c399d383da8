/** Kinds that kubectl's text tells enough of to be judged, with the names that commands give them. */
const names: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ["ds", "daemonset", "daemonsets"],
  Deployment: ["deploy", "deployment", "deployments"],
  Event: ["ev", "event", "events"],
  Job: ["job", "jobs"],
  Node: ["no", "node", "nodes"],
  PersistentVolumeClaim: ["pvc", "persistentvolumeclaim", "persistentvolumeclaims"],
  Pod: ["po", "pod", "pods"],
  ReplicaSet: ["rs", "replicaset", "replicasets"],
  StatefulSet: ["sts", "statefulset", "statefulsets"],
};

/** `deploy`, `deployments.apps`, `Deployment` → `Deployment`; undefined for a kind that is not judged by its text. */
export function kindNamed(word: string): string | undefined {
  const [plain = ""] = word.toLowerCase().split(".");
  return Object.keys(names).find((kind) => names[kind]?.includes(plain));
}
