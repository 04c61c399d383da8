import type { Check } from "./finding.ts";
import { saysFailure } from "./health-words.ts";
import { count, dig, list, text } from "./raw.ts";
import { isSuspended, reportedBy } from "./reported-health.ts";
import { pointer, say } from "./resource.ts";
import { forHow, quote, saying } from "./words.ts";

/** Not ready yet is normal for a while; a cloud's database takes its time. */
const SETTLES_MS = 10 * 60_000;
/** What failed is mostly tried again at once. */
const RETRIED_MS = 60_000;
/** Groups of Kubernetes itself whose kinds have checks of their own, or report nothing. */
const BUILT_IN =
  /^(v\d\w*|apps|batch|autoscaling|policy|extensions|(admissionregistration|apiregistration|authentication|authorization|coordination|discovery|events|flowcontrol\.apiserver|gateway\.networking|metrics|networking|node|rbac\.authorization|scheduling)\.k8s\.io)(\/|$)/;
/** A CustomResourceDefinition that goes away says so by its deletion time. */
const OWN_CHECK = new Set(["Certificate"]);

/**
 * What controllers report of their own objects, by the common conventions: a condition that says it failed or has not
 * been met for a while, a phase or state that says so, an error kept in a field of its own. What was suspended on
 * purpose is a note.
 */
export const customResource: Check = {
  kinds: ["*"],
  check(object, cluster) {
    const group = text(object.raw, "apiVersion");
    if (group === "" || BUILT_IN.test(group) || OWN_CHECK.has(object.kind)) return [];
    const found = reportedBy(object);
    if (found === undefined || object.deletionAt !== undefined) return [];
    const { state, message, since, path, waits } = found;
    const known = since ?? (waits ? object.createdAt : undefined);
    const lasted = known === undefined ? undefined : cluster.now - known;
    if (lasted !== undefined && lasted < (waits ? SETTLES_MS : RETRIED_MS)) return [];
    const suspended = isSuspended(object);
    const lags =
      (count(object.raw, "status", "observedGeneration") ?? 0) <
      (count(object.raw, "metadata", "generation") ?? 0);
    const isLagging = lags && dig(object.raw, "status", "observedGeneration") !== undefined;
    return [
      {
        code: "k8s.custom_resource",
        severity: suspended ? "info" : "warning",
        confidence: waits ? 0.7 : 0.8,
        at: object,
        since,
        summary:
          `${say(object)} ${suspended ? "is suspended, and " : ""}reports ${state}${forHow(since === undefined ? undefined : lasted)}` +
          `${saying(message)}${others(object.raw, path)}` +
          `${isLagging ? " Its controller has not taken up the latest change of its spec." : ""}`,
        evidence: [pointer(object, ...path)],
      },
    ];
  },
};

/** The message of another condition that failed, too: `Ready` often only says that something else is not. */
function others(raw: unknown, path: readonly (string | number)[]): string {
  const index = path[1] === "conditions" ? path[2] : -1;
  const mine = text(list(raw, "status", "conditions")[Number(index)], "message");
  const more = list(raw, "status", "conditions").find(
    (entry, i) =>
      i !== index &&
      text(entry, "status") !== "True" &&
      saysFailure(text(entry, "reason")) &&
      text(entry, "message") !== "" &&
      text(entry, "message") !== mine,
  );
  return more === undefined ? "" : ` ${text(more, "type")}: ${quote(text(more, "message"), 200)}`;
}
