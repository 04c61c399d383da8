import type { Cluster } from "./cluster.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, scalar, strings, text } from "./raw.ts";
import { pointer, type Resource, sinceMade } from "./resource.ts";
import { some } from "./words.ts";

/** Ingresses that send requests to services, ports or certificates that are not there. */
export const ingress: Check = {
  kinds: ["Ingress"],
  check: (object, cluster) => [
    ...backends(object, cluster),
    ...certificates(object, cluster),
    ...className(object, cluster),
  ],
};

interface Backend {
  readonly host: string;
  readonly backend: unknown;
  readonly path: readonly (string | number)[];
}

/** Names of the Services that an Ingress sends to. */
export function servicesOfIngress(raw: unknown): string[] {
  return backendsOf(raw).map(
    ({ backend }) => text(backend, "service", "name") || text(backend, "serviceName"),
  );
}

function backendsOf(raw: unknown): Backend[] {
  const fallback = dig(raw, "spec", "defaultBackend") ?? dig(raw, "spec", "backend");
  return [
    ...(fallback === undefined ? [] : [{ host: "*", backend: fallback, path: ["spec", "defaultBackend"] }]),
    ...list(raw, "spec", "rules").flatMap((rule, r) =>
      list(rule, "http", "paths").map((entry, p) => ({
        host: `${text(rule, "host") || "*"}${text(entry, "path")}`,
        backend: dig(entry, "backend"),
        path: ["spec", "rules", r, "http", "paths", p, "backend"],
      })),
    ),
  ];
}

function backends(object: Resource, cluster: Cluster): readonly Draft[] {
  return backendsOf(object.raw).flatMap(({ host, backend, path }): Draft[] => {
    const name = text(backend, "service", "name") || text(backend, "serviceName");
    if (name === "") return [];
    const evidence = [pointer(object, ...path)];
    const service = cluster.find("Service", object.namespace, name);
    if (service === undefined) {
      const known = cluster.lists("Service", object.namespace);
      const there = cluster.inNamespace("Service", object.namespace).map((other) => other.name);
      const summary = known
        ? `Ingress ${object.name} sends ${host} to Service ${name}, which does not exist in namespace ${object.namespace} (there: ${some(there, 5)}).`
        : `Ingress ${object.name} sends ${host} to Service ${name}, which is not among the objects given.`;
      return [
        {
          code: "k8s.ingress_backend",
          severity: known ? "critical" : "info",
          confidence: known ? 0.95 : 0.4,
          at: object,
          since: known ? sinceMade(object, cluster.now) : undefined,
          summary,
          evidence,
        },
      ];
    }
    const port =
      dig(backend, "service", "port", "name") ??
      count(backend, "service", "port", "number") ??
      dig(backend, "servicePort");
    const ports = list(service.raw, "spec", "ports");
    const fits = ports.some(
      (offer) => scalar(offer, "port") === String(port) || text(offer, "name") === port,
    );
    // Without ports the Service is only half there; the API takes none.
    if (
      port === undefined ||
      fits ||
      ports.length === 0 ||
      text(service.raw, "spec", "type") === "ExternalName"
    )
      return [];
    const offered = ports.map(
      (offer) => `${scalar(offer, "port")}${text(offer, "name") && ` (${text(offer, "name")})`}`,
    );
    const summary = `Ingress ${object.name} sends ${host} to port ${String(port)} of Service ${name}, which has no such port; it offers ${some(offered, 5)}.`;
    return [
      {
        code: "k8s.ingress_backend",
        severity: "critical",
        confidence: 0.95,
        at: object,
        since: sinceMade(object, cluster.now),
        summary,
        evidence: [...evidence, pointer(service, "spec", "ports")],
      },
    ];
  });
}

function certificates(object: Resource, cluster: Cluster): readonly Draft[] {
  return list(object.raw, "spec", "tls").flatMap((entry, index): Draft[] => {
    const name = text(entry, "secretName");
    if (name === "" || cluster.find("Secret", object.namespace, name) !== undefined) return [];
    const known = cluster.isAbsent("Secret", object.namespace, name);
    const summary = `Ingress ${object.name} takes its certificate from Secret ${name}, which ${known ? "does not exist" : "is not among the objects given"}.`;
    return [
      {
        code: "tls.certificate",
        severity: known ? "warning" : "info",
        confidence: known ? 0.85 : 0.4,
        at: object,
        summary,
        evidence: [pointer(object, "spec", "tls", index)],
      },
    ];
  });
}

function className(object: Resource, cluster: Cluster): readonly Draft[] {
  const annotated = strings(object.raw, "metadata", "annotations").get("kubernetes.io/ingress.class");
  const byDefault = cluster
    .ofKind("IngressClass")
    .some(
      ({ raw }) =>
        strings(raw, "metadata", "annotations").get("ingressclass.kubernetes.io/is-default-class") === "true",
    );
  const named = text(object.raw, "spec", "ingressClassName");
  if (named !== "") return absentClass(object, named, cluster);
  // The annotation's word is the controller's own; no IngressClass needs to bear it.
  if (annotated !== undefined || byDefault) return [];
  const summary = `Ingress ${object.name} names no ingress class; it works only where the cluster has a default one.`;
  return [
    {
      code: "k8s.ingress_class",
      severity: "info",
      confidence: 0.4,
      at: object,
      summary,
      evidence: [pointer(object, "spec")],
    },
  ];
}

/** GKE's controller answers to these names without an IngressClass object. */
const WITHOUT_OBJECT = /^gce(-internal)?$/;

function absentClass(object: Resource, name: string, cluster: Cluster): readonly Draft[] {
  if (WITHOUT_OBJECT.test(name) || cluster.find("IngressClass", "", name) !== undefined) return [];
  const known = cluster.lists("IngressClass");
  // With an address, a controller serves it.
  if (!known && list(object.raw, "status", "loadBalancer", "ingress").length > 0) return [];
  const there = cluster.ofKind("IngressClass").map((other) => other.name);
  const summary = `Ingress ${object.name} wants ingress class ${name}, which ${known ? `does not exist (there: ${some(there, 5)}): no controller serves it` : "is not among the objects given"}.`;
  return [
    {
      code: "k8s.ingress_class",
      severity: known ? "warning" : "info",
      confidence: known ? 0.85 : 0.4,
      at: object,
      summary,
      evidence: [pointer(object, "spec", "ingressClassName")],
    },
  ];
}
