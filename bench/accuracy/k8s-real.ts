import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findingCodes } from "@oncall/core";
import { type ContainerLogs, checkObjects, type ObjectFinding } from "@oncall/tools";
import { k8sClasses } from "./k8s-classes.ts";
import { type Measured, share, type Task } from "./task.ts";

interface Subject {
  readonly kind: string;
  readonly name: string;
}

interface Truth {
  readonly case: string;
  readonly healthy: boolean;
  readonly root_cause_class: string;
  readonly healthy_kind?: string;
  readonly subject?: Subject;
  readonly also_accept_subjects?: readonly Subject[];
  readonly must_mention: readonly string[];
  readonly must_not_claim: readonly string[];
  readonly max_severity?: ObjectFinding["severity"];
  readonly recorded_at: string;
}

const SEVERITIES = ["info", "warning", "critical"];

/**
 * Recordings of a real cluster: the first finding must have the class and subject of the root cause, say what must be
 * said and claim nothing else; on a healthy one nothing may be worse than the case allows.
 */
export const k8sReal: Task = {
  name: "k8s_real",
  folders: ["k8s_real"],
  run(data): Measured {
    const judged = data.entries("k8s_real").map(judge);
    const sick = judged.filter(({ truth }) => !truth.healthy);
    const healthy = judged.filter(({ truth }) => truth.healthy);
    const rightRoot = sick.filter(({ right }) => right);
    const mentioned = sick.filter(({ unsaid }) => unsaid.length === 0);
    const clean = sick.filter(({ claimed }) => claimed.length === 0);
    const alarms = healthy.filter(({ alarm }) => alarm);
    return {
      figures: [
        share("root class and subject right", rightRoot.length, sick.length, 0.95),
        share("all that must be mentioned", mentioned.length, sick.length, 0.95),
        share("nothing claimed that must not be", clean.length, sick.length, 0.95),
        {
          name: "failure claimed on healthy",
          value: alarms.length,
          unit: `of ${healthy.length} cases`,
          bar: "0",
          ok: alarms.length === 0,
        },
      ],
      notes: judged.flatMap(({ truth, right, unsaid, claimed, alarm, text }) => [
        ...(truth.healthy || right
          ? []
          : [
              `${truth.case}: wanted ${truth.root_cause_class} on ${truth.subject?.kind} ${truth.subject?.name}, first is: ${text}`,
            ]),
        ...(truth.healthy || unsaid.length === 0
          ? []
          : [`${truth.case}: not said: ${unsaid.join("  ")} in: ${text}`]),
        ...(claimed.length === 0 ? [] : [`${truth.case}: must not claim ${claimed.join("  ")}: ${text}`]),
        ...(alarm ? [`${truth.case}: healthy (${truth.healthy_kind}), but: ${text}`] : []),
      ]),
    };
  },
};

function judge(folder: string) {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const truth = read("truth.json") as Truth;
  const logs = new Map(
    Object.entries(read("logs.json") as Record<string, Partial<ContainerLogs>>).map(
      ([key, { current = [], previous = [] }]) => [key, { current, previous }],
    ),
  );
  const { findings } = checkObjects([read("objects.json")], { now: new Date(truth.recorded_at), logs });
  const [first] = findings;
  const text = first === undefined ? "" : say(first);
  const matches = (pattern: string) => new RegExp(pattern, "i").test(text);
  const accepted = [...(truth.subject ? [truth.subject] : []), ...(truth.also_accept_subjects ?? [])];
  const isFailure = first !== undefined && first.severity !== "info";
  return {
    truth,
    text,
    right:
      first !== undefined &&
      (k8sClasses[truth.root_cause_class] ?? []).some((code) => code === first.code) &&
      accepted.some((subject) => isSubject(first, subject)),
    unsaid: truth.must_mention.filter((pattern) => !matches(pattern)),
    claimed: isFailure || !truth.healthy ? truth.must_not_claim.filter(matches) : [],
    alarm:
      truth.healthy &&
      first !== undefined &&
      SEVERITIES.indexOf(first.severity) > SEVERITIES.indexOf(truth.max_severity ?? "info"),
  };
}

/** The finding as a person reads it. */
function say({ code, subject, summary }: ObjectFinding): string {
  return `${findingCodes[code].title}: ${subject.kind} ${subject.name}. ${summary}`;
}

function isSubject({ subject }: ObjectFinding, { kind, name }: Subject): boolean {
  const fits = name.endsWith("*") ? subject.name.startsWith(name.slice(0, -1)) : subject.name === name;
  return subject.kind === kind && fits;
}
