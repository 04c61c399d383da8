/** Kinds that kubectl's text tells enough of to be judged, with the names that commands give them. */
const names: Readonly<Record<string, readonly string[]>> = {
  APIService: ["apiservice", "apiservices"],
  CronJob: ["cj", "cronjob", "cronjobs"],
  DaemonSet: ["ds", "daemonset", "daemonsets"],
  Deployment: ["deploy", "deployment", "deployments"],
  Event: ["ev", "event", "events"],
  HorizontalPodAutoscaler: ["hpa", "horizontalpodautoscaler", "horizontalpodautoscalers"],
  Job: ["job", "jobs"],
  Node: ["no", "node", "nodes"],
  PersistentVolume: ["pv", "persistentvolume", "persistentvolumes"],
  PersistentVolumeClaim: ["pvc", "persistentvolumeclaim", "persistentvolumeclaims"],
  Pod: ["po", "pod", "pods"],
  PodDisruptionBudget: ["pdb", "poddisruptionbudget", "poddisruptionbudgets"],
  ReplicaSet: ["rs", "replicaset", "replicasets"],
  Service: ["svc", "service", "services"],
  StatefulSet: ["sts", "statefulset", "statefulsets"],
};

/** `deploy`, `deployments.apps`, `Deployment` → `Deployment`; undefined for a kind that is not judged by its text. */
export function kindNamed(word: string): string | undefined {
  const [plain = ""] = word.toLowerCase().split(".");
  return Object.keys(names).find((kind) => names[kind]?.includes(plain));
}
