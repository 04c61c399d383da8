import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { list, strings, text } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";

/** Admission webhooks whose service or pods are not there: with failurePolicy Fail they stop what they guard. */
export const webhook: Check = {
  kinds: ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
  check: (object, cluster) =>
    list(object.raw, "webhooks").flatMap((hook, index): Draft[] => {
      const trouble = troubleOf(hook, cluster);
      if (trouble === undefined) return [];
      const ignores = text(hook, "failurePolicy") === "Ignore";
      const known = trouble.isFact;
      return [
        {
          code: "k8s.admission_webhook",
          severity: !known ? "info" : ignores ? "info" : "warning",
          confidence: known ? 0.85 : 0.4,
          at: object,
          summary: `Webhook ${text(hook, "name")} of ${object.kind} ${object.name} cannot be called: ${trouble.words} (failurePolicy ${text(hook, "failurePolicy") || "Fail"}).`,
          evidence: [pointer(object, "webhooks", index, "clientConfig")],
          ...(trouble.pods ? { causes: trouble.pods } : {}),
        },
      ];
    }),
};

function troubleOf(
  hook: unknown,
  cluster: Cluster,
): { words: string; isFact: boolean; pods?: readonly Resource[] } | undefined {
  const [name, namespace] = [
    text(hook, "clientConfig", "service", "name"),
    text(hook, "clientConfig", "service", "namespace"),
  ];
  if (name === "") return undefined;
  const service = cluster.find("Service", namespace, name);
  const isFact = cluster.lists("Service", namespace);
  if (service === undefined)
    return {
      words: `its Service ${namespace}/${name} ${isFact ? "does not exist (not found)" : "is not among the objects given"}`,
      isFact,
    };
  const selector = strings(service.raw, "spec", "selector");
  if (selector.size === 0) return undefined;
  const pods = cluster.podsWith(namespace, selector);
  if (pods.length === 0)
    return {
      words: `no pod ${cluster.lists("Pod", namespace) ? "is" : "among the objects given is"} behind its Service ${namespace}/${name}`,
      isFact: cluster.lists("Pod", namespace),
    };
  const ready = pods.some(
    (pod) =>
      text(condition(pod, "Ready"), "status") === "True" || text(pod.raw, "status", "phase") === "Running",
  );
  return ready
    ? undefined
    : { words: `no pod behind its Service ${namespace}/${name} is running`, isFact: true, pods };
}
