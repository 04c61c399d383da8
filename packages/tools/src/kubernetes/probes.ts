import type { Container, KubernetesEvent, Probe } from "@oncall/backends";
import type { Static } from "typebox";
import type { ProbeRow } from "../outputs/index.ts";

export const probeKinds = ["startup", "readiness", "liveness"] as const;

/** The probes of these containers, each with the failures that events tell of these pods. */
export function probeRows(
  containers: readonly Container[],
  events: readonly KubernetesEvent[],
  pods: ReadonlySet<string>,
): Static<typeof ProbeRow>[] {
  const failures = events.filter(
    ({ reason, involvedObject }) => reason === "Unhealthy" && pods.has(involvedObject.name ?? ""),
  );
  return containers.flatMap((container) =>
    probeKinds.flatMap((kind) => {
      const probe = container[`${kind}Probe`];
      if (probe === undefined) return [];
      // The kubelet's words name the kind and the pod, not the container.
      const own = failures.filter(({ message }) => message?.toLowerCase().startsWith(`${kind} probe`));
      const last = own.reduce<KubernetesEvent | undefined>(
        (newest, event) => ((event.lastTimestamp ?? "") > (newest?.lastTimestamp ?? "") ? event : newest),
        undefined,
      );
      return [
        {
          container: container.name,
          kind,
          check: checkOf(probe),
          period_seconds: probe.periodSeconds ?? 10,
          timeout_seconds: probe.timeoutSeconds ?? 1,
          failure_threshold: probe.failureThreshold ?? 3,
          failures: own.reduce((sum, { count }) => sum + (count ?? 1), 0),
          last_failure_at: last?.lastTimestamp ?? null,
          last_failure: last?.message?.slice(0, 200) ?? null,
        },
      ];
    }),
  );
}

/** What a probe asks, in a few words. */
export function checkOf({ httpGet, tcpSocket, exec, grpc }: Probe): string {
  if (httpGet !== undefined) {
    return `${(httpGet.scheme ?? "HTTP").toLowerCase()} GET :${httpGet.port ?? "?"}${httpGet.path ?? "/"}`;
  }
  if (tcpSocket !== undefined) return `tcp :${tcpSocket.port ?? "?"}`;
  if (grpc !== undefined) return `grpc :${grpc.port ?? "?"}${grpc.service ? ` ${grpc.service}` : ""}`;
  if (exec !== undefined) return `exec ${(exec.command ?? []).join(" ").slice(0, 120)}`;
  return "unknown";
}
