import type { Check } from "./finding.ts";
import { dig, text, time } from "./raw.ts";
import { pointer, say } from "./resource.ts";
import { quote } from "./words.ts";

/** What failed once is tried again: an attachment that waits for another node to let go is told so for a while. */
const RETRIED_MS = 2 * 60_000;

/** Volumes that could not be reclaimed or recycled; one that was let go with its data is a note. */
export const volume: Check = {
  kinds: ["PersistentVolume"],
  check(object) {
    const phase = text(object.raw, "status", "phase");
    if (phase !== "Failed" && phase !== "Released") return [];
    const failed = phase === "Failed";
    const claim = `${text(object.raw, "spec", "claimRef", "namespace")}/${text(object.raw, "spec", "claimRef", "name")}`;
    const message = quote(text(object.raw, "status", "message") || text(object.raw, "status", "reason"));
    return [
      {
        code: "k8s.volume",
        severity: failed ? "warning" : "info",
        confidence: failed ? 0.85 : 0.5,
        at: object,
        since: time(object.raw, "status", "lastPhaseTransitionTime"),
        summary: failed
          ? `${say(object)} is Failed: it could not be reclaimed. ${message || "No message is given."}`
          : `${say(object)} is Released: its claim${claim === "/" ? "" : ` ${claim}`} is gone, its data is kept (${text(object.raw, "spec", "persistentVolumeReclaimPolicy") || "reclaim policy unknown"}).`,
        evidence: [pointer(object, "status", "phase")],
      },
    ];
  },
};

/** Volumes that a node does not get, or does not let go. */
export const volumeAttachment: Check = {
  kinds: ["VolumeAttachment"],
  check(object, cluster) {
    const key = ["attachError", "detachError"].find((one) => dig(object.raw, "status", one) !== undefined);
    const error = key === undefined ? undefined : dig(object.raw, "status", key);
    const since = time(error, "time");
    const isFresh = object.createdAt !== undefined && cluster.now - object.createdAt < RETRIED_MS;
    if (key === undefined || text(error, "message") === "" || isFresh) return [];
    const name = text(object.raw, "spec", "source", "persistentVolumeName");
    const claim = dig(cluster.find("PersistentVolume", "", name)?.raw, "spec", "claimRef");
    const of =
      text(claim, "name") === "" ? "" : ` (claim ${text(claim, "namespace")}/${text(claim, "name")})`;
    return [
      {
        code: "k8s.volume_mount",
        severity: "warning",
        confidence: 0.85,
        at: object,
        since,
        summary: `Volume ${name || "unknown"}${of} cannot be ${key === "attachError" ? "attached to" : "detached from"} node ${text(object.raw, "spec", "nodeName")}: ${quote(text(error, "message"))}`,
        evidence: [pointer(object, "status", key)],
      },
    ];
  },
};
