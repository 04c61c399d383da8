/** Under which names shippers write what a line is made of; the first one that is there counts. */
export const lineFields = {
  level: ["level", "severity", "log.level"],
  message: ["message", "msg", "log"],
  service: ["service", "service.name", "kubernetes.labels.app"],
  pod: ["kubernetes.pod_name", "kubernetes.pod.name", "pod"],
  stack: ["stack_trace", "error.stack_trace", "exception"],
} as const;

/** All that is read of a document: a shipper's metadata is often longer than the line, and stays where it is. */
export const sourceFields: readonly string[] = ["@timestamp", ...Object.values(lineFields).flat()];
