import type { Enlarge } from "./steady-proxy.ts";

const PODS_A_SERVICE = 10;
const SERVICES_A_NAMESPACE = 10;

/**
 * Answers of an API server whose cluster holds so many more pods, ten a service and ten services a namespace: what a
 * list of a namespace, of a label or of the whole cluster would hold of them stands in it too.
 */
export function crowded(pods: number): Enlarge {
  return (url, text) => {
    if (pods === 0 || !/\/(?:pods|events)$/.test(url.pathname)) return text;
    const list = JSON.parse(text);
    if (!Array.isArray(list.items)) return text;
    const kind = url.pathname.endsWith("pods") ? podOf : eventOf;
    const inNamespace = url.pathname.includes("/namespaces/");
    const count = inNamespace ? PODS_A_SERVICE * SERVICES_A_NAMESPACE : pods;
    const namespace = /\/namespaces\/([^/]+)/.exec(url.pathname)?.[1] ?? "elsewhere";
    const more = Array.from({ length: count }, (_, i) => kind(namespace, i)).filter(({ metadata }) =>
      matches(url.searchParams.get("labelSelector"), metadata.labels),
    );
    return JSON.stringify({ ...list, items: [...list.items, ...more] });
  };
}

function podOf(namespace: string, i: number) {
  const service = `neighbour-${Math.floor(i / PODS_A_SERVICE)}`;
  return {
    metadata: {
      name: `${service}-6f7d8c9b5-${String(i).padStart(5, "0")}`,
      namespace,
      labels: { app: service } as Record<string, string>,
      creationTimestamp: "2026-03-01T00:00:00Z",
    },
    spec: { nodeName: `node-${i % 500}`, containers: [{ name: "app", image: `${service}:1.0.0` }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: {} } }],
    },
  };
}

function eventOf(namespace: string, i: number) {
  const pod = podOf(namespace, i).metadata;
  return {
    metadata: { ...pod, name: `${pod.name}.17a${i}` },
    involvedObject: { kind: "Pod", name: pod.name, namespace },
    reason: "Pulled",
    type: "Normal",
    message: "Container image already present on machine",
    count: 1,
    firstTimestamp: "2026-03-01T00:00:00Z",
    lastTimestamp: "2026-03-01T00:00:00Z",
  };
}

/** Equality alone, which is all that the product's selectors of Deployments come to here. */
function matches(selector: string | null, labels: Readonly<Record<string, string>>): boolean {
  if (selector === null || selector === "") return true;
  return selector.split(",").every((part) => {
    const [name = "", value = ""] = part.split("=");
    return labels[name.trim()] === value.trim();
  });
}
