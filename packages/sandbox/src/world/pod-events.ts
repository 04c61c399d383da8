import type { ScenarioEvent } from "../data/scenario.ts";
import type { ServiceData } from "../data/types.ts";
import { containerSpec } from "./deployment-objects.ts";
import { fillNames } from "./fill-names.ts";
import { crashTimes, type PodPlan, type Revision, troubleAt } from "./pods.ts";

/** What an Event says, before it is put in the API's form. */
export interface EventFacts {
  readonly kind: ScenarioEvent["kind"];
  readonly name: string;
  readonly uid: string;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host?: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

/** What the scheduler and the kubelet report of a pod until `now`: how it started, crashed, and what keeps it from running. */
export function podEvents(service: ServiceData, revision: Revision, pod: PodPlan, now: number): EventFacts[] {
  return [
    ...lifeEvents(service, revision, pod, now),
    ...crashEvents(service, pod, now),
    ...troubleEvents(service, revision, pod, now),
  ];
}

function lifeEvents(service: ServiceData, revision: Revision, pod: PodPlan, now: number): EventFacts[] {
  const { image, readinessProbe } = containerSpec(service, revision);
  const about = { kind: "Pod", name: pod.name, uid: pod.uid } as const;
  const normal = (reason: string, message: string, atMs: number, component = "kubelet"): EventFacts => ({
    ...about,
    type: "Normal",
    reason,
    message,
    component,
    ...(component === "kubelet" ? { host: pod.node } : {}),
    firstMs: atMs,
    lastMs: atMs,
    count: 1,
  });
  const bootMs = pod.createdMs + 6_000;
  const trouble = troubleAt(pod, Math.min(now, bootMs));
  const scheduled = normal(
    "Scheduled",
    `Successfully assigned ${service.namespace}/${pod.name} to ${pod.node}`,
    pod.createdMs,
    "default-scheduler",
  );
  if (trouble?.state === "Pending") return [];
  if (trouble?.state === "ImagePullBackOff" || trouble?.state === "CreateContainerConfigError")
    return [scheduled];
  const probed = Math.min(now, pod.createdMs + 8_000 + (pod.probeFailures - 1) * 5_000);
  const failures = Math.min(pod.probeFailures, Math.floor((now - pod.createdMs - 8_000) / 5_000) + 1);
  return [
    scheduled,
    normal("Pulling", `Pulling image "${image}"`, pod.createdMs + 1000),
    normal(
      "Pulled",
      `Successfully pulled image "${image}" in 4.1s (4.1s including waiting). Image size: 214958231 bytes.`,
      bootMs - 1000,
    ),
    normal("Created", `Created container: ${service.name}`, bootMs),
    normal("Started", `Started container ${service.name}`, bootMs),
    ...(failures > 0
      ? [
          {
            ...about,
            type: "Warning" as const,
            reason: "Unhealthy",
            message: `Readiness probe failed: Get "http://${pod.ip}:8080${readinessProbe.httpGet.path}": dial tcp ${pod.ip}:8080: connect: connection refused`,
            component: "kubelet",
            host: pod.node,
            firstMs: pod.createdMs + 8_000,
            lastMs: probed,
            count: failures,
          },
        ]
      : []),
    ...(pod.endMs <= now ? [normal("Killing", `Stopping container ${service.name}`, pod.endMs)] : []),
  ];
}

function crashEvents(service: ServiceData, pod: PodPlan, now: number): EventFacts[] {
  if (!pod.crash) return [];
  const times = crashTimes(pod.crash, now);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { liveness } = pod.crash.spec;
  return [
    warning(
      pod,
      "BackOff",
      `Back-off restarting failed container ${service.name} in pod ${pod.name}_${service.namespace}(${pod.uid})`,
      first + 2_000,
      Math.min(now, last + pod.crash.downMs - 5_000),
      times.length * 4,
    ),
    ...(liveness === undefined
      ? []
      : [
          warning(
            pod,
            "Unhealthy",
            `Liveness probe failed: ${fillNames(liveness, { ip: pod.ip })}`,
            first - 30_000,
            last,
            times.length * 3,
          ),
          {
            ...warning(
              pod,
              "Killing",
              `Container ${service.name} failed liveness probe, will be restarted`,
              first,
              last,
              times.length,
            ),
            type: "Normal" as const,
          },
        ]),
  ];
}

function troubleEvents(service: ServiceData, revision: Revision, pod: PodPlan, now: number): EventFacts[] {
  const { trouble } = pod;
  if (!trouble || trouble.fromMs > now) return [];
  const fromMs = Math.max(trouble.fromMs, pod.createdMs) + 1_000;
  const toMs = Math.max(fromMs, Math.min(now, trouble.untilMs));
  // Once, and again after every so many seconds.
  const every = (seconds: number): number => 1 + Math.floor((toMs - fromMs) / 1000 / seconds);
  const { image } = containerSpec(service, revision);
  const message = fillNames(trouble.message, { image, ip: pod.ip });
  switch (trouble.state) {
    case "Pending":
      return [
        {
          ...warning(pod, "FailedScheduling", message, fromMs, toMs, every(300)),
          component: "default-scheduler",
        },
      ];
    case "ImagePullBackOff":
      return [
        {
          ...warning(pod, "Pulling", `Pulling image "${image}"`, fromMs, toMs, every(90)),
          type: "Normal",
        },
        warning(pod, "Failed", `Failed to pull image "${image}": ${message}`, fromMs, toMs, every(90)),
        warning(pod, "Failed", "Error: ErrImagePull", fromMs, toMs, every(90)),
        warning(pod, "BackOff", `Back-off pulling image "${image}"`, fromMs + 15_000, toMs, every(20)),
      ];
    case "CreateContainerConfigError":
      return [warning(pod, "Failed", `Error: ${message}`, fromMs, toMs, every(13))];
    case "NotReady":
      return [warning(pod, "Unhealthy", `Readiness probe failed: ${message}`, fromMs, toMs, every(5))];
    case "Evicted":
      return [warning(pod, "Evicted", message, fromMs, fromMs, 1)];
    case "NotCreated":
      return [];
  }
}

function warning(
  pod: PodPlan,
  reason: string,
  message: string,
  firstMs: number,
  lastMs: number,
  count: number,
): EventFacts {
  const about = {
    kind: "Pod",
    name: pod.name,
    uid: pod.uid,
    type: "Warning",
    component: "kubelet",
  } as const;
  return { ...about, reason, message, host: pod.node, firstMs, lastMs, count };
}
