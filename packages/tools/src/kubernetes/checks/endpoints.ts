import type { Cluster } from "./cluster.ts";
import type { Check, Draft } from "./finding.ts";
import { dig, list, strings } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { plural } from "./words.ts";

/** The addresses behind a service, where its pods themselves were not given. */
export interface Endpoints {
  readonly ready: number;
  readonly waiting: number;
  readonly evidence: readonly string[];
}

/** What Endpoints or EndpointSlices tell of a service; undefined without either, and for a lock kept in Endpoints. */
export function endpointsOf({ namespace, name }: Resource, cluster: Cluster): Endpoints | undefined {
  const own = cluster.find("Endpoints", namespace, name);
  if (own !== undefined) return isLock(own) ? undefined : addressesIn(own);
  const slices = cluster
    .inNamespace("EndpointSlice", namespace)
    .filter(({ labels }) => labels.get("kubernetes.io/service-name") === name);
  if (slices.length === 0) return undefined;
  const all = slices.flatMap(({ raw }) => list(raw, "endpoints"));
  // Left out, an endpoint counts as ready.
  const ready = all.filter((endpoint) => dig(endpoint, "conditions", "ready") !== false).length;
  return {
    ready,
    waiting: all.length - ready,
    evidence: slices.slice(0, 3).map((slice) => pointer(slice, "endpoints")),
  };
}

/** A finding where nothing behind a service is ready, a note where only some is not. */
export function unreached(object: Resource, endpoints: Endpoints, which: string): readonly Draft[] {
  const { ready, waiting, evidence } = endpoints;
  if (ready > 0 && waiting === 0) return [];
  const rest = waiting > 0 ? `; ${plural(waiting, "address is", "addresses are")} not ready` : "";
  return [
    {
      code: "k8s.no_endpoints",
      severity: ready > 0 ? "info" : "warning",
      confidence: 0.8,
      at: object,
      summary:
        `${object.kind === "Endpoints" ? "Endpoints" : "Service"} ${object.name} ${which} has ${ready > 0 ? plural(ready, "ready endpoint") : "no ready endpoints"}${rest}.`.replace(
          "  ",
          " ",
        ),
      evidence,
    },
  ];
}

/** Endpoints of which no Service was given, neither this one nor any other. */
export const endpoints: Check = {
  kinds: ["Endpoints"],
  check(object, cluster) {
    const { ready, waiting, evidence } = addressesIn(object);
    if (waiting === 0 || isLock(object) || cluster.lists("Service", object.namespace)) return [];
    return unreached(object, { ready, waiting, evidence }, "");
  },
};

function addressesIn(endpoints: Resource): Endpoints {
  const count = (key: string) => list(endpoints.raw, "subsets").flatMap((subset) => list(subset, key)).length;
  return {
    ready: count("addresses"),
    waiting: count("notReadyAddresses"),
    evidence: [pointer(endpoints, "subsets")],
  };
}

/** A lock that leader election keeps in an Endpoints object has no addresses by design. */
function isLock({ raw }: Resource): boolean {
  return [...strings(raw, "metadata", "annotations").keys()].some((key) =>
    key.endsWith("kubernetes.io/leader"),
  );
}
