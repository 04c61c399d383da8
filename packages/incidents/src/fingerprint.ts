import { createHash } from "node:crypto";
import type { Alert } from "./types.ts";

/**
 * Labels that differ between two sendings of the same alert, or between its firing and its resolution,
 * without making it another alert.
 */
const volatileLabels = new Set([
  "severity",
  "pod",
  "instance",
  "pod_name",
  "container_id",
  "uid",
  "prometheus",
  "replica",
  "endpoint",
]);

/** What makes two messages the same alert: its name and the labels (or label values) that say what it is about. */
export function fingerprintOf(alert: Alert): string {
  const labels = Object.entries(alert.labels)
    .filter(([name]) => !volatileLabels.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const about = labels.length > 0 ? labels : [...alert.values].sort();
  // A message without labels is known by its words, or two different ones of the same title would merge.
  const identity = about.length > 0 ? about : wordsOf(alert.text);
  return createHash("sha256")
    .update(JSON.stringify([alert.name, identity]))
    .digest("hex")
    .slice(0, 32);
}

/** The words that say what it is about: without those for its state and without numbers, which move. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}][\p{L}\p{N}_.-]*/gu) ?? [];
  return words
    .filter((word) => !/^(?:is|was|firing|fired|triggered|alerting|resolved|recovered|ok)$/.test(word))
    .slice(0, 500);
}
