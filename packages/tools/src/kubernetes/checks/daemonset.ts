import type { Check, Draft } from "./finding.ts";
import { count, list, text } from "./raw.ts";
import { pointer } from "./resource.ts";

const SETTLES_MS = 60_000;

/** Daemon sets that are missing on nodes or not available there, and their pull secrets. */
export const daemonSet: Check = {
  kinds: ["DaemonSet"],
  check(object, cluster) {
    const found: Draft[] = [];
    const wanted = count(object.raw, "status", "desiredNumberScheduled") ?? 0;
    const available = Math.max(
      count(object.raw, "status", "numberAvailable") ?? 0,
      count(object.raw, "status", "numberReady") ?? 0,
    );
    const scheduled = count(object.raw, "status", "currentNumberScheduled") ?? wanted;
    const young = object.createdAt !== undefined && cluster.now - object.createdAt < SETTLES_MS;
    const updating = count(object.raw, "status", "updatedNumberScheduled");
    const rolling = updating !== undefined && updating < wanted && wanted - available <= 1;
    if (available < wanted && !young && !rolling) {
      found.push({
        code: "k8s.daemonset_unavailable",
        severity: available === 0 ? "critical" : "warning",
        confidence: 0.8,
        at: object,
        summary: `DaemonSet ${object.name} is unavailable on ${wanted - available} of ${wanted} nodes (not ready there; ${scheduled} scheduled).`,
        evidence: [pointer(object, "status")],
      });
    }
    for (const [index, reference] of list(
      object.raw,
      "spec",
      "template",
      "spec",
      "imagePullSecrets",
    ).entries()) {
      const name = text(reference, "name");
      if (name === "" || cluster.find("Secret", object.namespace, name) !== undefined) continue;
      const known = cluster.lists("Secret", object.namespace);
      found.push({
        code: "k8s.pull_secret",
        severity: known ? "warning" : "info",
        confidence: known ? 0.7 : 0.4,
        at: object,
        summary: `DaemonSet ${object.name} pulls with Secret ${name}, which ${known ? "does not exist" : "is not among the objects given"}.`,
        evidence: [pointer(object, "spec", "template", "spec", "imagePullSecrets", index)],
      });
    }
    return found;
  },
};
