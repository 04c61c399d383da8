import type { Analyzer } from "../analyzer.ts";
import { quoted } from "../wording.ts";

/** A resource that reports a failure of its own; a symptom that its service has. */
export const resourceStatus: Analyzer = {
  codes: ["resource.failed"],
  needs: ["get_resource"],
  analyze: (evidence) =>
    evidence
      .of("get_resource")
      .filter(
        ({ data }) =>
          data.found &&
          ((data.error ?? "") !== "" ||
            /fail|error|stuck|reject|dead|timeout|aborted/i.test(data.status ?? "")),
      )
      .map(({ data, evidence: id }) => ({
        code: "resource.failed",
        subject: data.service,
        severity: "warning",
        confidence: 0.9,
        since: null,
        summary: `${data.type} ${quoted(data.id, 60)} is ${quoted(data.status ?? "in an unknown state", 60)}${data.error ? `: ${quoted(data.error)}` : ""}`,
        evidence: [id],
        facts: { resource: data.id, ...(data.status === null ? {} : { status: data.status }) },
      })),
};
