import { quantity } from "../quantity.ts";
import { condition } from "./containers.ts";
import type { Check } from "./finding.ts";
import { dig, list, strings, text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { because, saying } from "./words.ts";

/** Extension APIs the aggregation layer cannot reach: whatever lists "everything" fails with them. */
export const apiService: Check = {
  kinds: ["APIService"],
  check(object) {
    const available = condition(object, "Available");
    if (text(available, "status") !== "False") return [];
    const summary = `The API ${object.name} is not available${because(text(available, "reason"), text(available, "message"))}`;
    return [
      {
        code: "k8s.api_service",
        severity: "warning",
        confidence: 0.85,
        at: object,
        since: time(available, "lastTransitionTime"),
        summary,
        evidence: [pointer(object, "status", "conditions")],
      },
    ];
  },
};

/** Quotas used up, as a note: a workload that they stop has its own finding. */
export const resourceQuota: Check = {
  kinds: ["ResourceQuota"],
  check(object) {
    const hard = strings(object.raw, "status", "hard");
    const used = strings(object.raw, "status", "used");
    const isFull = (limit: string, taken: string) =>
      (quantity(taken) ?? 0) >= (quantity(limit) ?? Number.POSITIVE_INFINITY);
    const full = [...hard].filter(([key, value]) => value !== "0" && isFull(value, used.get(key) ?? ""));
    if (full.length === 0 || dig(object.raw, "status") === undefined) return [];
    const summary = `ResourceQuota ${object.name} is used up: ${full.map(([key, value]) => `${key} ${used.get(key)} of ${value}`).join(", ")}.`;
    return [
      {
        code: "k8s.quota",
        severity: "info",
        confidence: 0.5,
        at: object,
        summary,
        evidence: [pointer(object, "status", "used")],
      },
    ];
  },
};

/** Parts of the control plane, as clusters still list them that do not hide theirs. */
export const controlPlane: Check = {
  kinds: ["ComponentStatus"],
  check(object) {
    const healthy = list(object.raw, "conditions").find((entry) => text(entry, "type") === "Healthy");
    if (healthy === undefined || text(healthy, "status") === "True") return [];
    const summary = `${object.name} of the control plane is not healthy${saying(text(healthy, "message") || text(healthy, "error"))}`;
    return [
      {
        code: "k8s.api_service",
        severity: "warning",
        confidence: 0.7,
        at: object,
        summary,
        evidence: [pointer(object, "conditions")],
      },
    ];
  },
};

/** Devices that are asked for by a class that is not there: no node will ever do. */
export const resourceClaim: Check = {
  kinds: ["ResourceClaim"],
  check(object, cluster) {
    const classes = list(object.raw, "spec", "devices", "requests").flatMap((request) => [
      text(request, "deviceClassName"),
      text(request, "exactly", "deviceClassName"),
      ...list(request, "firstAvailable").map((choice) => text(choice, "deviceClassName")),
    ]);
    const missing = [...new Set(classes)].filter(
      (name) => name !== "" && cluster.find("DeviceClass", "", name) === undefined,
    );
    if (missing.length === 0) return [];
    const known = cluster.lists("DeviceClass");
    return [
      {
        code: "k8s.device_class",
        severity: known ? "critical" : "info",
        confidence: known ? 0.9 : 0.4,
        at: object,
        summary: `ResourceClaim ${object.name} asks for a device of class ${missing.join(", ")}, which ${known ? "does not exist" : "is not among the objects given"}.`,
        evidence: [pointer(object, "spec", "devices", "requests")],
      },
    ];
  },
};
