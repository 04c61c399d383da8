import type { Cluster } from "./cluster.ts";
import type { Check, Draft } from "./finding.ts";
import { dig, list, text } from "./raw.ts";
import { pointer, type Resource, say } from "./resource.ts";
import { forHow, plural, quote } from "./words.ts";

const RECENT_MS = 60 * 60_000;
const PATIENCE_MS = 15 * 60_000;
/** After one of these, what was warned of before is over. */
const SET_UP = /^(EnsuredLoadBalancer|SuccessfullyReconciled|Sync|UpdatedLoadBalancer|IPAllocated)$/;

/** What controllers warn of while they set up a load balancer, an ingress or a route: its status holds none of it. */
export const setUp: Check = {
  kinds: ["Service", "Ingress"],
  check(object, cluster) {
    const events = cluster.eventsOf(object);
    if (events.length === 0) return waiting(object, cluster);
    const over = Math.max(
      0,
      ...events
        .filter(({ reason, type }) => type === "Normal" && SET_UP.test(reason))
        .map(({ last }) => last ?? 0),
    );
    const warned = events
      .filter(({ type, message }) => type !== "Normal" && message !== "")
      .filter(({ last }) => last === undefined || (last > over && cluster.now - last < RECENT_MS))
      .sort((a, b) => (b.last ?? 0) - (a.last ?? 0));
    const [latest] = warned;
    if (latest === undefined) return waiting(object, cluster);
    return [
      {
        code: "k8s.service_setup",
        severity: "warning",
        confidence: 0.75,
        at: object,
        since: latest.first,
        summary: `${say(object)} is not set up as it should be (${latest.reason || "warning"}, ${plural(latest.count, "time")}): ${quote(latest.message, 400)}`,
        evidence: warned.slice(0, 3).map(({ resource }) => pointer(resource)),
      },
    ];
  },
};

/** A load balancer that is still awaited: nothing makes it, or it has failed so long ago that no event tells. */
function waiting(object: Resource, cluster: Cluster): readonly Draft[] {
  const { raw, createdAt } = object;
  const waited = createdAt === undefined ? 0 : cluster.now - createdAt;
  const awaited =
    object.kind === "Service" &&
    text(raw, "spec", "type") === "LoadBalancer" &&
    dig(raw, "status", "loadBalancer") !== undefined &&
    list(raw, "status", "loadBalancer", "ingress").length === 0;
  if (!awaited || waited < PATIENCE_MS) return [];
  return [
    {
      code: "k8s.service_setup",
      severity: "warning",
      confidence: 0.6,
      at: object,
      since: createdAt,
      summary: `${say(object)} has waited${forHow(waited)} for its load balancer and has no external address.`,
      evidence: [pointer(object, "status", "loadBalancer")],
    },
  ];
}
