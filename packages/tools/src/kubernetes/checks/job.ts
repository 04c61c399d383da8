import type { Cluster } from "./cluster.ts";
import { condition, containersOf, endWords } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { ownWords } from "./own-words.ts";
import { count, dig, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { plural, quote } from "./words.ts";

const GAVE_UP = new Set(["BackoffLimitExceeded", "DeadlineExceeded"]);

/** Jobs that gave up: retries used up, deadline passed; one that is retried or was done again since is not. */
export const job: Check = {
  kinds: ["Job"],
  check(object, cluster) {
    const { raw } = object;
    if (dig(raw, "spec", "suspend") === true) {
      const summary = `Job ${object.name} is suspended and does not run.`;
      return [
        {
          code: "k8s.job_suspended",
          severity: "info",
          confidence: 0.9,
          at: object,
          summary,
          evidence: [pointer(object, "spec", "suspend")],
        },
      ];
    }
    // Since Kubernetes 1.31 a job says that it will fail before its last pods are gone.
    const failed = [condition(object, "Failed"), condition(object, "FailureTarget")].find(
      (entry) => text(entry, "status") === "True",
    );
    const event = cluster.eventsOf(object).find(({ reason }) => GAVE_UP.has(reason));
    const gaveUp = failed !== undefined || event !== undefined;
    const failures = count(raw, "status", "failed") ?? 0;
    // Between two tries no pod is active: the next one waits for its back-off.
    const left = failures <= (count(raw, "spec", "backoffLimit") ?? -1);
    const trying =
      left || (count(raw, "status", "active") ?? 0) > 0 || (count(raw, "status", "succeeded") ?? 0) > 0;
    const complete = text(condition(object, "Complete"), "status") === "True";
    if (complete || succeededSince(object, cluster) || (!gaveUp && (failures === 0 || trying))) return [];
    return [toDraft(object, failed ?? event?.resource.raw, failures, cluster)];
  },
};

function toDraft(object: Resource, failed: unknown, failures: number, cluster: Cluster): Draft {
  const reason = text(failed, "reason") || "failed";
  const message = quote(text(failed, "message"));
  const base = {
    severity: "critical" as const,
    at: object,
    since: time(failed, "lastTransitionTime"),
    weight: object.createdAt ?? 0,
    evidence: [pointer(object, "status")],
  };
  const how = failureWords(object, cluster);
  if (reason === "DeadlineExceeded") {
    const deadline = count(object.raw, "spec", "activeDeadlineSeconds");
    const summary = `Job ${object.name} was stopped at its deadline (DeadlineExceeded${deadline === undefined ? "" : `, activeDeadlineSeconds ${deadline}`}): ${message}${how}`;
    return { ...base, code: "k8s.job_deadline", confidence: 0.95, summary };
  }
  const limit = count(object.raw, "spec", "backoffLimit");
  const retries =
    reason === "BackoffLimitExceeded"
      ? ` Its backoff limit${limit === undefined ? "" : ` of ${limit}`} is used up.`
      : "";
  const said = message === "" ? "." : `: ${message.replace(/\.$/, "")}.`;
  const summary = `Job ${object.name} failed (${reason})${failures > 0 ? ` after ${plural(failures, "failed pod")}` : ""}${said}${retries}${how}`;
  return { ...base, code: "k8s.job_failed", confidence: 0.9, summary };
}

/** How its last failed pod ended, and what it said. */
function failureWords(object: Resource, cluster: Cluster): string {
  const pods = cluster.ownedBy(object, "Pod");
  const last = [...pods].sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
  if (last === undefined) return "";
  return containersOf(last)
    .flatMap((container) => {
      const { name, ended } = container;
      if (ended === undefined || ended.exitCode === 0) return [];
      const said = ownWords(cluster.logsOf(last, name)).lines;
      const words = said.length === 0 ? "" : `; it wrote: ${said.map((line) => `"${line}"`).join(" ")}`;
      return [` In pod ${last.name}, ${endWords(container, ended)}${words}.`];
    })
    .slice(0, 2)
    .join("");
}

/** Whether the same CronJob ran well after this run: then the failure is over. */
function succeededSince(object: Resource, cluster: Cluster): boolean {
  const { owner } = object;
  if (owner?.kind !== "CronJob") return false;
  const siblings = cluster.ownedBy({ ...object, kind: "CronJob", name: owner.name }, "Job");
  return siblings.some(
    (other) =>
      (other.createdAt ?? 0) > (object.createdAt ?? 0) &&
      text(condition(other, "Complete"), "status") === "True",
  );
}
