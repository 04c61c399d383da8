import type { Cluster } from "./cluster.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { because } from "./words.ts";

const SETTLES_MS = 2 * 60_000;

/** Gateway API: classes, gateways and routes that no controller accepts, and routes to what is not there. */
export const gateway: Check = {
  kinds: ["GatewayClass", "Gateway", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"],
  check(object, cluster) {
    if (object.kind.endsWith("Route")) return [...route(object, cluster)];
    const own = list(object.raw, "status", "conditions");
    const listeners = list(object.raw, "status", "listeners").flatMap((listener) =>
      list(listener, "conditions").filter((entry) =>
        ["ResolvedRefs", "Programmed", "Accepted"].includes(text(entry, "type")),
      ),
    );
    const refused = [...own, ...listeners].filter((entry) =>
      ["Accepted", "Programmed", "ResolvedRefs", "Ready"].includes(text(entry, "type")),
    );
    const young = object.createdAt !== undefined && cluster.now - object.createdAt < SETTLES_MS;
    const found = refused.flatMap((entry) =>
      text(entry, "status") === "True" || young ? [] : [draft(object, entry)],
    );
    if (!young && !own.some((entry) => text(entry, "type") === "Accepted")) {
      found.push({
        ...draft(object, undefined),
        severity: "info",
        confidence: 0.5,
        summary: `No controller has accepted ${object.kind} ${object.name}.`,
      });
    }
    const className = text(object.raw, "spec", "gatewayClassName");
    if (object.kind === "Gateway" && cluster.find("GatewayClass", "", className) === undefined) {
      found.push(missing(object, "GatewayClass", className, cluster.lists("GatewayClass")));
    }
    return found;
  },
};

/** Names of the Services of its own namespace that a route sends to. */
export function servicesOfRoute(raw: unknown): string[] {
  return list(raw, "spec", "rules")
    .flatMap((rule) => list(rule, "backendRefs"))
    .filter((backend) => (text(backend, "kind") || "Service") === "Service")
    .map((backend) => text(backend, "name"));
}

function draft(object: Resource, entry: unknown): Draft {
  return {
    code: "k8s.gateway",
    severity: "warning",
    confidence: 0.85,
    at: object,
    since: time(entry, "lastTransitionTime"),
    summary: `${object.kind} ${object.name} is not ${text(entry, "type")}${because(text(entry, "reason"), text(entry, "message"))}`,
    evidence: [pointer(object, "status")],
  };
}

function missing(object: Resource, kind: string, name: string, known: boolean): Draft {
  return {
    code: "k8s.gateway",
    severity: known ? "critical" : "info",
    confidence: known ? 0.9 : 0.4,
    at: object,
    summary: `${object.kind} ${object.name} uses ${kind} ${name || "(none)"}, which ${known ? "does not exist" : "is not among the objects given"}.`,
    evidence: [pointer(object, "spec")],
  };
}

function* route(object: Resource, cluster: Cluster): Generator<Draft> {
  for (const parent of list(object.raw, "spec", "parentRefs")) {
    const namespace = text(parent, "namespace") || object.namespace;
    const name = text(parent, "name");
    const isGateway = (text(parent, "kind") || "Gateway") === "Gateway";
    const found = cluster.find("Gateway", namespace, name);
    if (isGateway && found === undefined)
      yield missing(object, "Gateway", `${namespace}/${name}`, cluster.lists("Gateway", namespace));
    else if (found !== undefined && !admits(found, object)) {
      const summary = `${object.kind} ${object.name} is attached to Gateway ${namespace}/${name}, whose listeners admit no routes of namespace ${object.namespace}.`;
      yield { ...missing(object, "Gateway", name, true), summary };
    }
  }
  for (const backend of list(object.raw, "spec", "rules").flatMap((rule) => list(rule, "backendRefs"))) {
    if ((text(backend, "kind") || "Service") !== "Service") continue;
    const namespace = text(backend, "namespace") || object.namespace;
    const service = cluster.find("Service", namespace, text(backend, "name"));
    const port = count(backend, "port");
    if (service === undefined)
      yield missing(
        object,
        "Service",
        `${namespace}/${text(backend, "name")}`,
        cluster.lists("Service", namespace),
      );
    else if (
      port !== undefined &&
      !list(service.raw, "spec", "ports").some((offer) => count(offer, "port") === port)
    ) {
      yield {
        ...missing(object, "Service", "", true),
        summary: `${object.kind} ${object.name} sends to port ${port} of Service ${namespace}/${service.name}, which has no such port.`,
      };
    }
  }
  const refused = list(object.raw, "status", "parents").flatMap((parent) => list(parent, "conditions"));
  for (const entry of refused) {
    if (["Accepted", "ResolvedRefs"].includes(text(entry, "type")) && text(entry, "status") === "False")
      yield draft(object, entry);
  }
}

/** `Same` is the default; a selector needs the namespace's labels, which are not judged here. */
function admits(found: Resource, object: Resource): boolean {
  const listeners = list(found.raw, "spec", "listeners");
  return (
    listeners.length === 0 ||
    found.namespace === object.namespace ||
    listeners.some(
      (listener) =>
        ["All", "Selector"].includes(text(listener, "allowedRoutes", "namespaces", "from")) ||
        dig(listener, "allowedRoutes") === null,
    )
  );
}
