import {
  type CheckReport,
  checkDatabase,
  checkObjects,
  lastReport,
  readAws,
  reportText,
} from "@oncall/tools";
import { awsAnswers, type RdsEvidence } from "./opensre-aws.ts";
import { type Answer, type Incident, incidentsOf, score } from "./opensre-case.ts";
import { categoryOf } from "./opensre-categories.ts";
import { type EksEvidence, logsOf, objectsOf } from "./opensre-objects.ts";
import type { Measured, Task } from "./task.ts";

const READ_AFTER_MS = 30_000;

/** Third-party incidents with an alert, evidence of several systems, and the category and words of the right answer. */
export const incidentsOpensre: Task = {
  name: "incidents_opensre",
  folders: ["incidents_opensre"],
  run(data): Measured {
    const paths = data.entries("incidents_opensre");
    const eks = incidentsOf(paths, "eks-");
    const measured = [
      score("EKS", eks, onEks, Math.ceil((6 / 7) * eks.length)),
      score("RDS", incidentsOf(paths, "rds_"), onRds, null),
    ];
    return {
      figures: measured.flatMap(({ figures }) => figures),
      notes: [
        "One set of rules and limits was run; none was searched for on these cases. RDS: limits near AWS's own alarms.",
        ...measured.flatMap(({ notes }) => notes),
      ],
    };
  },
};

function onEks({ alert, evidence }: Pick<Incident, "alert" | "evidence">): Answer {
  const facts = evidence as EksEvidence;
  const objects = objectsOf(facts);
  const report = checkObjects(objects, {
    now: new Date((lastReport(objects) ?? newest(facts)) + READ_AFTER_MS),
    byEvents: true,
    logs: logsOf(facts, alert.commonLabels.service ?? ""),
  });
  return answerOf(report);
}

function onRds({ evidence }: Pick<Incident, "alert" | "evidence">): Answer {
  return answerOf(checkDatabase(readAws(awsAnswers(evidence as RdsEvidence)).facts));
}

function answerOf(report: CheckReport): Answer {
  const [first] = report.findings.filter(({ severity }) => severity !== "info");
  return {
    category: first === undefined ? "healthy" : categoryOf(first),
    text: reportText(report).join("\n"),
  };
}

/** Without events, the newest time anywhere. */
function newest(facts: EksEvidence): number {
  const times = [...JSON.stringify(facts).matchAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g)];
  return Math.max(0, ...times.map(([, at = ""]) => Date.parse(at)));
}
