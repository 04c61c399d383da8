import type { AroundPods } from "./around.ts";
import type { ObjectFinding } from "./checks/index.ts";
import { addressOf } from "./checks/resource.ts";
import { plural } from "./checks/words.ts";
import { usageKey } from "./usage.ts";

// From a quarter of its periods on, a container that serves requests is noticeably slower.
const THROTTLED = 0.25;
/** From this share on writes are about to fail or do. */
const FULL = 0.97;

/** What only metrics show: volumes that are full, containers held back at their CPU limit. */
export function shortages(
  around: AroundPods,
  about: ReadonlySet<string> | undefined,
  namespace: string,
): ObjectFinding[] {
  return [...fullVolumes(around, about, namespace), ...throttled(around, namespace)];
}

function fullVolumes(
  { usage }: AroundPods,
  about: ReadonlySet<string> | undefined,
  namespace: string,
): ObjectFinding[] {
  return [...usage.volumes]
    .map(([name, share]) => ({ subject: { kind: "PersistentVolumeClaim", namespace, name }, share }))
    .filter(({ subject }) => about === undefined || about.has(addressOf(subject)))
    .map(({ subject, share }) => ({
      code: "disk.full",
      severity: share >= FULL ? "critical" : "warning",
      confidence: share >= FULL ? 0.95 : 0.7,
      subject,
      summary: `The volume of PersistentVolumeClaim ${subject.name} is ${Math.round(share * 100)} % full (kubelet_volume_stats).`,
      evidence: [addressOf(subject)],
    }));
}

function throttled({ pods, usage }: AroundPods, namespace: string): ObjectFinding[] {
  const held = pods
    .flatMap((pod) =>
      (pod.spec?.containers ?? []).map(({ name, resources }) => ({
        pod: pod.metadata.name,
        container: name,
        limit: resources?.limits?.cpu,
        share: usage.containers.get(usageKey(pod.metadata.name, name))?.throttled ?? 0,
      })),
    )
    .filter(({ share }) => share >= THROTTLED)
    .sort((a, b) => b.share - a.share || (a.pod < b.pod ? -1 : 1));
  const [worst] = held;
  if (worst === undefined) return [];
  const others = new Set(held.map(({ pod }) => pod)).size - 1;
  const more = others > 0 ? `; so are containers of ${plural(others, "more pod")}` : "";
  return [
    {
      code: "k8s.cpu_throttled",
      severity: "warning",
      confidence: 0.9,
      subject: { kind: "Pod", namespace, name: worst.pod },
      container: worst.container,
      summary: `Container ${worst.container} of pod ${worst.pod} is held back in ${Math.round(worst.share * 100)} % of its CPU periods${worst.limit === undefined ? "" : ` at its limit of ${worst.limit} cores`}${more}.`,
      evidence: [addressOf({ kind: "Pod", namespace, name: worst.pod })],
    },
  ];
}
