import { readFileSync } from "node:fs";
import { about, checkObjects, type ObjectFinding, readKubectl, reportText } from "@oncall/tools";
import { type ToolOutput, terminalOf } from "./holmes-terminal.ts";
import type { Measured, Task } from "./task.ts";

interface Fixture {
  readonly id: string;
  readonly question: string | null;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly tool_outputs: readonly ToolOutput[];
  readonly collector_labels: {
    readonly class: string;
    readonly must_match_regex_i: readonly string[];
  };
}

const READ_AFTER_MS = 60_000;
const SHOWN = 400;

/**
 * What another assistant's tools recorded, most of it kubectl's text: all the collectors' patterns must match in the
 * first diagnosis about what is asked; where all is well, no failure may be claimed about it.
 */
export const k8sHolmes: Task = {
  name: "k8s_holmes",
  folders: ["k8s_holmes"],
  run(data): Measured {
    const judged = data
      .entries("k8s_holmes")
      .map((path) => judge(JSON.parse(readFileSync(path, "utf8")) as Fixture));
    const sick = judged.filter(({ isHealthy }) => !isHealthy);
    const healthy = judged.filter(({ isHealthy }) => isHealthy);
    const matched = sick.filter(({ missing }) => missing.length === 0).length;
    const alarms = healthy.filter(({ failures }) => failures.length > 0).length;
    return {
      figures: [
        {
          name: "all patterns match in the first diagnosis",
          value: sick.length === 0 ? 0 : matched / sick.length,
          unit: `share of ${sick.length}`,
          bar: null,
          ok: true,
        },
        {
          name: "failure claimed on healthy",
          value: alarms,
          unit: `of ${healthy.length} cases`,
          bar: null,
          ok: true,
        },
      ],
      notes: [
        "No setting was searched for; after a first run (10 of the 18 dev cases) three general gaps were closed: Pending pods in tables, failed Argo CD syncs, Cassandra's pool.",
        ...judged.flatMap(({ id, isHealthy, missing, failures, text }) => {
          if (isHealthy) return failures.length === 0 ? [] : [`${id}: healthy, but: ${text.slice(0, SHOWN)}`];
          return missing.length === 0
            ? []
            : [`${id}: not matched: ${missing.join("  ")} in: ${text.slice(0, SHOWN) || "nothing found"}`];
        }),
      ],
    };
  },
};

function judge({ id, question, request, tool_outputs, collector_labels }: Fixture) {
  const terminal = readKubectl(terminalOf(tool_outputs));
  const now = new Date((terminal.readAfter ?? Date.now()) + READ_AFTER_MS);
  const report = checkObjects(terminal.objects(now), {
    now,
    logs: terminal.logs,
    whole: new Set(),
    byEvents: true,
  });
  const { asked } = about(report.findings, wordsOf(question, request));
  const failures = asked.filter(({ severity }) => severity !== "info");
  const first = asked.slice(0, 1);
  const text = first.length === 0 ? "" : diagnosis(first, report);
  const missing = collector_labels.must_match_regex_i.filter(
    (pattern) => !new RegExp(pattern, "i").test(text),
  );
  return { id, isHealthy: collector_labels.class === "healthy", missing, failures, text };
}

/** One finding as the command line prints it. */
function diagnosis(findings: readonly ObjectFinding[], report: ReturnType<typeof checkObjects>): string {
  return reportText({ ...report, findings, well: [], notes: [] }).join("\n");
}

/** What was asked: the question, or the alert's title and subject. Its description may tell the answer. */
function wordsOf(question: string | null, request: Fixture["request"]): string {
  if (question !== null) return question;
  const [body] = Object.values(request ?? {}) as { title?: string; resource?: object; subject?: object }[];
  const { name = "" } = (body?.subject ?? body?.resource ?? {}) as { name?: string };
  return `${body?.title ?? ""} ${name}`;
}
