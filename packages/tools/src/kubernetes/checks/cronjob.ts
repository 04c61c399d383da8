import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import { isSchedule, isTimeZone, periodMs } from "./cron-schedule.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { duration, plural, quote } from "./words.ts";

/** Cron jobs that fail run after run, are held up by a run that does not end, are suspended, or cannot be scheduled. */
export const cronJob: Check = {
  kinds: ["CronJob"],
  check: (object, cluster) =>
    dig(object.raw, "spec", "suspend") === true
      ? suspended(object, cluster)
      : [...invalid(object), ...failing(object, cluster), ...blocked(object, cluster)],
};

function suspended(object: Resource, cluster: Cluster): readonly Draft[] {
  const reason = ["annotations", "labels"]
    .flatMap((place) => Object.entries((dig(object.raw, "metadata", place) ?? {}) as object))
    .find(
      ([key, value]) =>
        !key.startsWith("kubectl.kubernetes.io/") &&
        /suspend|pause|disabled/i.test(`${key} ${String(value)}`),
    );
  const last = time(object.raw, "status", "lastScheduleTime");
  const ran =
    last === undefined
      ? " It has never run."
      : ` It last ran ${duration(cluster.now - last)} ago (${new Date(last).toISOString()}).`;
  const why =
    reason === undefined ? " No reason is recorded." : ` Recorded reason: ${quote(String(reason[1]), 150)}.`;
  return [
    {
      code: "k8s.cronjob_suspended",
      // Suspended on purpose is normal operation; one that used to run and stopped without a word may not be.
      severity: reason === undefined && last !== undefined ? "warning" : "info",
      confidence: reason === undefined ? 0.8 : 0.6,
      at: object,
      since: last,
      summary: `CronJob ${object.name} is suspended (spec.suspend is true, schedule ${text(object.raw, "spec", "schedule")}).${ran}${why}`,
      evidence: [pointer(object, "spec", "suspend")],
    },
  ];
}

function invalid(object: Resource): readonly Draft[] {
  const schedule = text(object.raw, "spec", "schedule");
  const deadline = count(object.raw, "spec", "startingDeadlineSeconds");
  const zone = text(object.raw, "spec", "timeZone");
  const isGiven = dig(object.raw, "spec", "schedule") !== undefined;
  const wrong = [
    ...(isGiven && !isSchedule(schedule) ? [`its schedule "${schedule}" is no cron expression`] : []),
    ...(zone !== "" && !isTimeZone(zone) ? [`there is no time zone "${zone}"`] : []),
    ...(deadline !== undefined && deadline < 0
      ? [`its startingDeadlineSeconds is negative (${deadline})`]
      : []),
  ];
  if (wrong.length === 0) return [];
  const summary = `CronJob ${object.name} cannot be scheduled: ${wrong.join(" and ")}.`;
  return [
    {
      code: "k8s.cronjob_invalid",
      severity: "critical",
      confidence: 0.95,
      at: object,
      summary,
      evidence: [pointer(object, "spec")],
    },
  ];
}

function failing(object: Resource, cluster: Cluster): readonly Draft[] {
  const runs = [...cluster.ownedBy(object, "Job")].sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  const over = runs.filter((run) => isTrue(run, "Failed") || isTrue(run, "Complete"));
  const firstGood = over.findIndex((run) => isTrue(run, "Complete"));
  const failed = firstGood < 0 ? over : over.slice(0, firstGood);
  const latest = failed[0];
  if (latest === undefined) return [];
  const good = time(object.raw, "status", "lastSuccessfulTime");
  return [
    {
      code: "k8s.cronjob_failing",
      severity: "critical",
      confidence: 0.9,
      at: object,
      since: time(condition(failed.at(-1) ?? latest, "Failed"), "lastTransitionTime"),
      summary:
        `The last ${plural(failed.length, "run")} of CronJob ${object.name} failed (latest: ${latest.name}); ` +
        `${good === undefined ? "no run has succeeded yet" : `the last success was ${duration(cluster.now - good)} ago`}.`,
      evidence: failed.slice(0, 5).map((run) => pointer(run, "status")),
    },
  ];
}

function blocked(object: Resource, cluster: Cluster): readonly Draft[] {
  const active = list(object.raw, "status", "active")[0];
  if (active === undefined || text(object.raw, "spec", "concurrencyPolicy") !== "Forbid") return [];
  const run = cluster.find("Job", object.namespace, text(active, "name"));
  const skipped = cluster.eventsOf(object).find(({ reason }) => reason === "JobAlreadyActive");
  const started =
    time(run?.raw, "status", "startTime") ?? run?.createdAt ?? time(object.raw, "status", "lastScheduleTime");
  const running = started === undefined ? undefined : cluster.now - started;
  const period = periodMs(text(object.raw, "spec", "schedule"));
  const late = running !== undefined && period !== undefined && running > 1.5 * period;
  if (skipped === undefined && !late) return [];
  return [
    {
      code: "k8s.cronjob_blocked",
      severity: "warning",
      confidence: 0.85,
      at: object,
      since: skipped?.first ?? started,
      summary:
        `CronJob ${object.name} starts no new run: its previous job ${text(active, "name")} is still running` +
        `${running === undefined ? "" : ` after ${duration(running)}`} and concurrencyPolicy is Forbid (schedule ${text(object.raw, "spec", "schedule")}).`,
      evidence: [pointer(object, "status", "active"), ...(skipped ? [pointer(skipped.resource)] : [])],
    },
  ];
}

function isTrue(run: Resource, type: string): boolean {
  return text(condition(run, type), "status") === "True";
}
