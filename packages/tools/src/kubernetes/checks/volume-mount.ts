import type { Check } from "./finding.ts";
import { text } from "./raw.ts";
import { pointer } from "./resource.ts";
import { quote } from "./words.ts";

const SETTLES_MS = 30_000;
const MISSING = /(configmap|secret) "([^"]+)" not found|references non-existent (config|secret) key: (\S+)/;

/** Volumes that cannot be mounted or attached, so that containers are never created. */
export const volumeMount: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (text(pod.raw, "status", "phase") !== "Pending" || pod.deletionAt !== undefined) return [];
    if (pod.createdAt !== undefined && cluster.now - pod.createdAt < SETTLES_MS) return [];
    const failed = cluster
      .eventsOf(pod)
      .filter(({ reason }) => /^Failed(Mount|AttachVolume|MapVolume)$|^VolumeFailed/.test(reason))
      // "Unable to attach or mount volumes: timed out" only sums up what another event explains.
      .sort(
        (a, b) =>
          Number(/timed out waiting/.test(a.message)) - Number(/timed out waiting/.test(b.message)) ||
          b.count - a.count,
      )[0];
    if (failed === undefined) return [];
    const [found, kind, name, , key] = MISSING.exec(failed.message) ?? [];
    const missing =
      found === undefined
        ? ""
        : key !== undefined
          ? ` Key ${key} does not exist.`
          : ` ${kind === "secret" ? "Secret" : "ConfigMap"} ${name} does not exist.`;
    return [
      {
        code: found === undefined ? ("k8s.volume_mount" as const) : ("k8s.config_error" as const),
        severity: "critical" as const,
        confidence: 0.9,
        at: pod,
        since: failed.first,
        summary: `A volume of pod ${pod.name} cannot be mounted (${failed.reason}, ${failed.count}×):${missing} ${quote(failed.message)}`,
        evidence: [pointer(failed.resource)],
        weight: failed.count,
      },
    ];
  },
};
