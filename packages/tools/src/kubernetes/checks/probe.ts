import type { Cluster } from "./cluster.ts";
import { type Container, condition, containersOf, eventsOfContainer, named } from "./containers.ts";
import { crashOf } from "./crash.ts";
import type { Check, Draft } from "./finding.ts";
import { ownWords } from "./own-words.ts";
import { count, dig, scalar, text, time } from "./raw.ts";
import type { ObjectEvent, Resource } from "./resource.ts";
import { pointer } from "./resource.ts";
import { duration, plural, quote } from "./words.ts";

type Kind = "liveness" | "startup" | "readiness";

/** Probes that keep failing: liveness and startup ones restart the container, readiness ones take it out of service. */
export const probe: Check = {
  kinds: ["Pod"],
  check: (pod, cluster) =>
    pod.deletionAt === undefined
      ? containersOf(pod).flatMap(
          (container) => killed(container, cluster) ?? unready(container, pod, cluster) ?? [],
        )
      : [],
};

/** A liveness or startup probe that gets its container restarted. */
function killed(container: Container, cluster: Cluster): Draft[] | undefined {
  const events = eventsOfContainer(container, cluster);
  const kills = events.filter(
    ({ reason, message }) => reason === "Killing" && /failed (liveness|startup) probe/.test(message),
  );
  const ending = container.ended ?? container.last;
  if (kills.length === 0 || ending?.reason === "OOMKilled") return undefined;
  // Restarted once and well since: over.
  if (
    container.running &&
    container.ready &&
    container.restarts < 3 &&
    crashOf(container, cluster) === undefined
  )
    return [];
  const kind: Kind = kills.some(({ message }) => message.includes("failed startup probe"))
    ? "startup"
    : "liveness";
  const failed = failures(events, kind);
  const said = ownWords(cluster.logsOf(container.pod, container.name))
    .lines.slice(-1)
    .map((line) => ` It last wrote: "${line}".`);
  const budget =
    kind === "startup"
      ? ` It is given ${duration(budgetMs(container, kind))} to start, which is too short for it or it never comes up.`
      : "";
  return [
    {
      code: "k8s.probe_failing",
      severity: "critical",
      confidence: 0.9,
      at: container.pod,
      container: container.name,
      since: failed?.first ?? kills[0]?.first,
      summary:
        `The ${kind} probe of ${named(container)}${probeWords(container, kind)} keeps failing, so the kubelet restarts it ` +
        `(${plural(container.restarts, "restart")} so far).${failed ? ` ${quote(failed.message)}` : ""}${budget}${said.join("")}`,
      evidence: [container.evidence, ...(failed ? [pointer(failed.resource)] : [])],
      weight: container.restarts + (failed?.count ?? 0),
    },
  ];
}

/** A container that runs, has had its time to start, and is not ready. */
function unready(container: Container, pod: Resource, cluster: Cluster): Draft[] | undefined {
  if (!container.running && dig(pod.raw, "status", "phase") !== "Running") return undefined;
  if (container.ready || container.init || container.waiting !== undefined || container.ended !== undefined)
    return undefined;
  const events = eventsOfContainer(container, cluster);
  const since = time(condition(pod, "Ready"), "lastTransitionTime") ?? container.runningSince;
  const running =
    container.runningSince === undefined ? Number.POSITIVE_INFINITY : cluster.now - container.runningSince;
  if (
    running < Math.max(30_000, budgetMs(container, "readiness")) ||
    running < budgetMs(container, "startup")
  )
    return undefined;
  const kind: Kind =
    failures(events, "startup") &&
    (container.spec === undefined || dig(container.spec, "startupProbe") !== undefined)
      ? "startup"
      : "readiness";
  const failed = failures(events, kind) ?? failures(events, "readiness") ?? unnamed(events);
  if (failed === undefined) return undefined;
  const said = ownWords(cluster.logsOf(pod, container.name), "running")
    .lines.slice(-1)
    .map((line) => ` It wrote: "${line}".`);
  return [
    {
      code: "k8s.probe_failing",
      severity: "critical",
      confidence: 0.85,
      at: pod,
      container: container.name,
      since,
      summary:
        `The ${kind} probe of ${named(container)}${probeWords(container, kind)} keeps failing, so the pod is not ready ` +
        `(${plural(failed.count, "time")}): ${quote(failed.message)}.${said.join("")}`,
      evidence: [container.evidence, pointer(failed.resource)],
      weight: failed.count,
    },
  ];
}

function failures(events: readonly ObjectEvent[], kind: Kind): ObjectEvent | undefined {
  const wanted = new RegExp(`^\\s*${kind} probe (failed|errored)`, "i");
  return events
    .filter(({ reason, message }) => reason === "Unhealthy" && wanted.test(message))
    .sort((a, b) => b.count - a.count)[0];
}

/** Not every kubelet names the probe; what takes a container out of service is the readiness probe. */
function unnamed(events: readonly ObjectEvent[]): ObjectEvent | undefined {
  return events.find(
    ({ reason, message }) =>
      reason === "Unhealthy" && message !== "" && !/(liveness|startup) probe/i.test(message),
  );
}

/** How long a probe lets a container fail before it has its verdict. */
function budgetMs({ spec }: Container, kind: Kind): number {
  const probe = dig(spec, `${kind}Probe`);
  if (probe === undefined) return 0;
  const period = count(probe, "periodSeconds") ?? 10;
  return (
    ((count(probe, "initialDelaySeconds") ?? 0) + period * (count(probe, "failureThreshold") ?? 3)) * 1000
  );
}

/** ` (GET :8080/healthz, …)`; nothing where the pod's spec is not known. */
function probeWords({ spec }: Container, kind: Kind): string {
  const probe = dig(spec, `${kind}Probe`);
  if (probe === undefined) return "";
  const port =
    scalar(probe, "httpGet", "port") || scalar(probe, "tcpSocket", "port") || scalar(probe, "grpc", "port");
  const path = text(probe, "httpGet", "path");
  const what =
    dig(probe, "exec") !== undefined
      ? "a command"
      : dig(probe, "httpGet") !== undefined
        ? `GET :${port}${path}`
        : `port ${port || "unknown"}`;
  return ` (${what}, every ${count(probe, "periodSeconds") ?? 10} s, failureThreshold ${count(probe, "failureThreshold") ?? 3})`;
}
