import { condition } from "./containers.ts";
import type { Check } from "./finding.ts";
import { text, time } from "./raw.ts";
import { pointer, say } from "./resource.ts";
import { forHow, quote } from "./words.ts";

const SETTLES_MS = 10 * 60_000;
/** Groups of Kubernetes itself end in k8s.io or have no dot; those have checks of their own. */
const BUILT_IN = /^(v\d\w*|apps|batch|autoscaling|policy|extensions|([\w.-]+\.)?k8s\.io)(\/|$)/;
const FAILED_PHASES = new Set(["Failed", "Error", "Degraded"]);

/**
 * What operators report of their own objects, by the common conventions: a phase that says it failed, Argo CD's
 * health, or a `Ready` condition that has been false for a while.
 */
export const customResource: Check = {
  kinds: ["*"],
  check(object, cluster) {
    if (
      BUILT_IN.test(text(object.raw, "apiVersion")) ||
      text(object.raw, "apiVersion") === "" ||
      object.kind === "Certificate"
    )
      return [];
    const ready = condition(object, "Ready") ?? condition(object, "Available");
    const since = time(ready, "lastTransitionTime");
    const unready =
      text(ready, "status") === "False" && (since === undefined || cluster.now - since > SETTLES_MS);
    const word = [text(object.raw, "status", "phase"), text(object.raw, "status", "health", "status")].find(
      (phase) => FAILED_PHASES.has(phase),
    );
    if (!unready && word === undefined) return [];
    const message =
      text(object.raw, "status", "message") ||
      text(object.raw, "status", "health", "message") ||
      text(ready, "message");
    const state =
      word ??
      `not ready${forHow(since === undefined ? undefined : cluster.now - since)} (${text(ready, "reason")})`;
    return [
      {
        code: "k8s.custom_resource",
        severity: "warning",
        confidence: 0.7,
        at: object,
        since,
        summary: `${say(object)} is ${state}: ${quote(message) || "no message is given"}`,
        evidence: [pointer(object, "status")],
      },
    ];
  },
};
