import type { Alert } from "@oncall/incidents";

/** Programs whose metrics are about others: the labels of their own scrape stand on every alert that they raise. */
const ofTheCluster =
  /^(?:kube-state-metrics|kubelet|(?:kubernetes-)?cadvisor|kubernetes-nodes|node-problem-detector)$/i;
const ofOnePart = /^[\w.-]*(?:blackbox|exporter)$/i;
/** Names of alerts that are about the scraped program itself. */
const aboutTarget = /target|down(?=[A-Z_-]|$)|absent|missing|unreachable|scrape|disappeared/i;

/**
 * Which words only name the program that reports an alert: its job where the label says so, else, where only values
 * are known, one that reports about a whole cluster, else an exporter.
 */
export function reporterOf({ name, labels, values }: Alert): (word: string) => boolean {
  if (aboutTarget.test(name)) return () => false;
  const known = labels.job === undefined ? values : [labels.job];
  const pattern = [ofTheCluster, ofOnePart].find((one) => known.some((value) => one.test(value)));
  const reporters = new Set(
    known.filter((value) => pattern?.test(value)).map((value) => value.toLowerCase()),
  );
  return (word) => reporters.has(word);
}
