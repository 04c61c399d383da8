import { checkObjects, type ObjectFinding } from "@oncall/tools";
import { type Measured, share, type Task } from "./task.ts";

interface AnalyzerCase {
  readonly id: string;
  readonly kind: "positive" | "negative" | "filter";
  readonly relevance: "failure" | "lint";
  readonly namespace?: string;
  readonly objects: readonly unknown[];
  readonly expect: { readonly objects_with_findings?: readonly (string | { readonly object: string })[] };
}

const now = new Date("2026-01-15T10:00:00Z");

/**
 * k8sgpt's unit tests: on its failure cases each object that must have a finding, and the negatives that must have
 * none. k8sgpt knows no severities, so here every finding counts, notes (`info`) too, on both sides.
 */
export const k8sK8sgpt: Task = {
  name: "k8s_k8sgpt",
  folders: ["k8s_k8sgpt"],
  run(data): Measured {
    const cases = data
      .cases<AnalyzerCase>("k8s_k8sgpt", "cases.json")
      .filter(({ relevance, kind }) => relevance === "failure" && kind !== "filter");
    const missed: string[] = [];
    let wanted = 0;
    for (const entry of cases.filter(({ kind }) => kind === "positive")) {
      const { findings } = checkObjects(entry.objects, { now });
      const named = (entry.expect.objects_with_findings ?? []).map((one) =>
        typeof one === "string" ? one : one.object,
      );
      // A case that names no object wants any finding.
      const objects = named.length > 0 ? named : [""];
      for (const object of objects) {
        wanted++;
        if (!findings.some((finding) => covers(finding, object)))
          missed.push(`${entry.id}: nothing on ${object || "any object"}`);
      }
    }
    const negatives = cases.filter(({ kind }) => kind === "negative");
    const claimed = negatives
      .map((entry) => ({ entry, found: checkObjects(entry.objects, { now }).findings }))
      .filter(({ found }) => found.length > 0);
    return {
      figures: [
        share("recall on failure cases", wanted - missed.length, wanted, 0.97),
        {
          name: "false positives on negatives",
          value: claimed.length,
          unit: `of ${negatives.length} cases`,
          bar: "0",
          ok: claimed.length === 0,
        },
      ],
      notes: [
        ...missed,
        ...claimed.map(
          ({ entry, found }) => `${entry.id}: ${found.map(({ summary }) => summary).join(" | ")}`,
        ),
      ],
    };
  },
};

/** On the object itself, or with the object as evidence of a finding on what it belongs to. */
function covers({ subject, evidence }: ObjectFinding, object: string): boolean {
  if (object === "") return true;
  const own = subject.namespace === null ? subject.name : `${subject.namespace}/${subject.name}`;
  return (
    own === object ||
    subject.name === object ||
    evidence.some((address) => address.split("#")[0]?.split("/").slice(1).join("/") === object)
  );
}
