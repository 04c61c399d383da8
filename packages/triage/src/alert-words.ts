import type { Alert } from "@oncall/incidents";
import { reporterOf } from "./reporters.ts";
import { quoted } from "./wording.ts";

/** A word of the alert that may name a service, where it stood, and how much that place counts. */
export interface AlertWord {
  readonly word: string;
  /** 0..100. */
  readonly weight: number;
  /** `label deployment="order-service"`, `the text`. */
  readonly where: string;
}

const MAX_TEXT = 16_384;
const MAX_WORDS = 2_000;
const LONGEST_NAME = 120;
const MAX_IDS = 12;

/** Words of this weight say where something runs: they tell two candidates apart, and name none. */
const PLACE = 1;
// How much a label says about the service; what is missing here counts OTHER_LABEL.
const labelWeights: Readonly<Record<string, number>> = {
  service: 100,
  app: 94,
  app_kubernetes_io: 94,
  application: 94,
  deployment: 96,
  statefulset: 96,
  daemonset: 96,
  workload: 96,
  pod: 88,
  container: 80,
  job: 82,
  namespace: 60,
  cluster: PLACE,
  environment: PLACE,
  env: PLACE,
  stage: PLACE,
  region: PLACE,
  zone: PLACE,
};
const OTHER_LABEL = 55;
// Their values have digits in them and are no business ids.
const machineLabels = /^(pod|instance|node|container|container_id|replicaset|host|hostname|uid|image|id)$/i;
const UNNAMED_VALUE = 76;
const ALERT_NAME = 58;
const TEXT = 52;
const LINK = 45;
// Several plain words that together spell a name ("order service is slow").
const SPELLED = 40;
/** One short plain word of a text ("api", "search") is a name only when nothing better is there. */
export const PLAIN = 26;

/** The words of an alert, the most telling place of each first; bounded whatever the alert's length. */
export function alertWords(alert: Alert): AlertWord[] {
  const words: AlertWord[] = [];
  for (const [label, value] of Object.entries(alert.labels).slice(0, 100)) {
    if (label === "alertname" || label === "severity") continue;
    const where = `label ${quoted(label, 40)}="${quoted(value, 80)}"`;
    words.push(...named(value, labelWeights[kindOf(label)] ?? OTHER_LABEL, where));
  }
  for (const value of alert.values.slice(0, 100)) {
    words.push(...named(value, UNNAMED_VALUE, `the value "${quoted(value, 80)}" in the title`));
  }
  words.push(...spelled(alert.text.slice(0, MAX_TEXT), TEXT, "the text"));
  for (const link of alert.links.slice(0, 20)) words.push(...inLink(link));
  const isReporter = reporterOf(alert);
  const about = words.filter(({ word }) => !isReporter(word));
  about.push(...spelled(alert.name.slice(0, 400), ALERT_NAME, "the alert's name"));
  return strongest(about).slice(0, MAX_WORDS);
}

/** The words of a name that a person typed after `/diagnose`. */
export function targetWords(target: string): AlertWord[] {
  return strongest(named(target, 100, `"${quoted(target, 80)}"`));
}

/** The words of a question that came without a target. */
export function questionWords(question: string): AlertWord[] {
  return strongest(spelled(question.slice(0, MAX_TEXT), TEXT, "the question")).slice(0, MAX_WORDS);
}

/** What may be a resource's id (`ord-1234`): words with a digit in them, at most 12, as they were written. */
export function possibleIds(alert: Alert | null, target: string | null, question: string | null): string[] {
  const texts = [
    target ?? "",
    question ?? "",
    alert?.name ?? "",
    ...(alert?.values ?? []),
    ...Object.entries(alert?.labels ?? {}).flatMap(([label, value]) =>
      machineLabels.test(label) ? [] : [value],
    ),
    alert?.text ?? "",
  ];
  const ids = new Set<string>();
  for (const text of texts) {
    for (const [word] of text.slice(0, MAX_TEXT).matchAll(/[A-Za-z0-9][\w.:-]{2,119}/g)) {
      const id = word.replace(/[.:_-]+$/, "");
      if (/\d/.test(id) && /[A-Za-z_-]/.test(id) && !/^\d{4}-\d\d-\d\d/.test(id)) ids.add(id);
      if (ids.size >= MAX_IDS) return [...ids];
    }
  }
  return [...ids];
}

/** A pod's name with the parts cut off that its controllers added, every plausible way. */
export function withoutPodHash(pod: string): string[] {
  return [
    /-[a-z0-9]{6,10}-[a-z0-9]{5}$/, // Deployment: template hash and pod suffix
    /-[0-9]{8,10}-[a-z0-9]{5}$/, // CronJob
    /-[a-z0-9]{5}$/, // DaemonSet, Job
    /-\d{1,4}$/, // StatefulSet
  ].flatMap((suffix) => (suffix.test(pod) ? [pod.replace(suffix, "")] : []));
}

/** `exported_pod`, `kube_deployment`, `k8s.pod.name`, `ServiceName`: a label by what it tells of. */
export function kindOf(label: string): string {
  return label
    .toLowerCase()
    .replace(/[.\-/]/g, "_")
    .replace(/^(?:exported|kube|k8s|destination)_/, "")
    .replace(/_?name$/, "")
    .replace(/_set$/, "set");
}

/** A value that is a name or holds one: `orders/order-service`, `order-service.orders.svc:8080`, a pod. */
function named(value: string, weight: number, where: string): AlertWord[] {
  const whole = value.slice(0, LONGEST_NAME).trim().toLowerCase();
  if (whole === "") return [];
  const pieces = [whole, ...whole.split(/[^a-z0-9_-]+/).filter((piece) => piece.length > 2)];
  return pieces.flatMap((piece) => [
    { word: piece, weight, where },
    { word: piece.replaceAll("_", "-"), weight, where },
    ...withoutPodHash(piece).map((word) => ({ word, weight, where: `${where} without a pod's suffix` })),
  ]);
}

/** Path and query of a link: dashboards and runbooks carry names; the host is the sender's. */
function inLink(link: string): AlertWord[] {
  return [
    ...link
      .slice(0, 500)
      .replace(/^[a-z]+:\/\/[^/]*/i, "")
      .matchAll(/[A-Za-z0-9][\w-]{2,}/g),
  ]
    .slice(0, 40)
    .map(([word]) => ({ word: word.toLowerCase(), weight: LINK, where: `"${quoted(word, 60)}" in a link` }));
}

/** Words of running text, and up to four of them in a row joined as a name would be. */
function spelled(text: string, weight: number, where: string): AlertWord[] {
  const words: AlertWord[] = [];
  for (const [word] of text.matchAll(/[A-Za-z0-9][\w-]*/g)) {
    if (word.length > 2 && /[-_]/.test(word)) words.push(...named(word, weight, where));
  }
  const plain = [...text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").matchAll(/[A-Za-z0-9]+/g)]
    .slice(0, 600)
    .map(([word]) => word.toLowerCase());
  plain.forEach((first, i) => {
    if (first.length > 2) words.push({ word: first, weight: Math.min(PLAIN, weight), where });
    for (let size = 2; size <= 4 && i + size <= plain.length; size++) {
      words.push({ word: plain.slice(i, i + size).join("-"), weight: Math.min(SPELLED, weight), where });
    }
  });
  return words;
}

function strongest(words: readonly AlertWord[]): AlertWord[] {
  const best = new Map<string, AlertWord>();
  for (const word of words) {
    if ((best.get(word.word)?.weight ?? 0) < word.weight) best.set(word.word, word);
  }
  return [...best.values()].sort((a, b) => b.weight - a.weight || compare(a.word, b.word));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
