import { readFileSync } from "node:fs";
import type { Measured } from "./task.ts";

/** One incident as the collectors keep it; what the engine may see is `alert` and `evidence`. */
export interface Incident {
  readonly id: string;
  readonly alert: {
    readonly commonLabels: Readonly<Record<string, string>>;
    readonly commonAnnotations: Readonly<Record<string, string>>;
  };
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly truth: {
    readonly root_cause_category: string;
    readonly required_keywords?: readonly string[];
    readonly forbidden_categories?: readonly string[];
    readonly forbidden_keywords?: readonly string[];
  };
}

/** What the product said of an incident. */
export interface Answer {
  /** `healthy` where it claims no failure. */
  readonly category: string;
  readonly text: string;
}

/** The incidents of one kind, by the beginning of their file's name. */
export function incidentsOf(paths: readonly string[], beginning: string): Incident[] {
  return paths
    .filter((path) => (path.split("/").at(-1) ?? "").startsWith(beginning))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as Incident);
}

/**
 * As the collectors score: the category equal, every required keyword in the text, no forbidden one, letter case aside.
 * `bar`: the least that must be right, or null where it is only reported.
 */
export function score(
  name: string,
  incidents: readonly Incident[],
  answer: (incident: Pick<Incident, "alert" | "evidence">) => Answer,
  bar: number | null,
): Measured {
  const judged = incidents.map((incident) => judge(incident, answer(withoutTruth(incident))));
  const right = judged.filter(({ faults }) => faults.length === 0).length;
  const categories = judged.filter(({ rightCategory }) => rightCategory).length;
  const healthy = judged.filter(({ isHealthy }) => isHealthy);
  const alarms = healthy.filter(({ rightCategory }) => !rightCategory).length;
  const of = judged.length;
  return {
    figures: [
      {
        name: `${name} category and keywords right`,
        value: right,
        unit: `of ${of}`,
        bar: bar === null ? null : `≥ ${bar} of ${of}`,
        ok: bar === null || right >= bar,
      },
      { name: `${name} category right`, value: categories, unit: `of ${of}`, bar: null, ok: true },
      {
        name: `${name} failure claimed on healthy`,
        value: alarms,
        unit: `of ${healthy.length}`,
        bar: "0",
        ok: alarms === 0,
      },
    ],
    notes: judged.flatMap(({ id, faults }) => (faults.length === 0 ? [] : [`${id}: ${faults.join("; ")}`])),
  };
}

/** The alert names the fault's class in an annotation that no real alert carries; it goes the way of the truth. */
function withoutTruth({ alert, evidence }: Incident): Pick<Incident, "alert" | "evidence"> {
  const told = Object.entries(alert.commonAnnotations).filter(([key]) => !key.endsWith("failure_mode"));
  return { alert: { ...alert, commonAnnotations: Object.fromEntries(told) }, evidence };
}

function judge({ id, truth }: Incident, { category, text }: Answer) {
  const said = text.toLowerCase().replace(/\s+/g, " ");
  const missing = (truth.required_keywords ?? []).filter((word) => !said.includes(word.toLowerCase()));
  const claimed = (truth.forbidden_keywords ?? []).filter((word) => said.includes(word.toLowerCase()));
  const rightCategory = category === truth.root_cause_category;
  const isForbidden = truth.forbidden_categories?.includes(category) === true;
  const wrong = rightCategory ? [] : [`category is ${category}, wanted ${truth.root_cause_category}`];
  return {
    id,
    rightCategory,
    isHealthy: truth.root_cause_category === "healthy",
    faults: [
      ...wrong,
      ...(isForbidden ? ["this category is forbidden"] : []),
      ...(missing.length === 0 ? [] : [`not said: ${missing.join(", ")}`]),
      ...(claimed.length === 0 ? [] : [`said what is forbidden: ${claimed.join(", ")}`]),
      ...(wrong.length + missing.length + claimed.length === 0 ? [] : [`text: ${said.slice(0, 600)}`]),
    ],
  };
}
