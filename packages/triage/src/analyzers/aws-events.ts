import { clock, minutesBetween } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { quoted } from "../wording.ts";

/** Open AWS issues under a dependency. Scheduled changes, notices and what was over before the onset are no outage. */
export const awsEvents: Analyzer = {
  codes: ["aws.outage"],
  needs: ["check_aws_health"],
  analyze: (evidence, { now, onset }) =>
    evidence.of("check_aws_health").flatMap(({ data, evidence: id }) =>
      data.events
        .filter((event) => event.category === "issue")
        .filter(
          ({ ended_at }) => ended_at === null || (onset !== null && minutesBetween(onset, ended_at) > 0),
        )
        .flatMap((event) =>
          event.affects.map((dependency): Finding => {
            const over = event.ended_at !== null;
            const state = over
              ? `was open from ${clock(event.started_at, now)} to ${clock(event.ended_at ?? now, now)}`
              : `has been open since ${clock(event.started_at, now)}`;
            const says = event.description === null ? "" : `: ${quoted(event.description)}`;
            return {
              code: "aws.outage",
              subject: dependency,
              severity: over ? "warning" : "critical",
              confidence: over ? 0.6 : 0.9,
              since: event.started_at,
              summary: `AWS issue ${event.code} for ${event.service} in ${event.region} ${state}${says}`,
              evidence: [id],
              facts: { arn: event.arn, aws_service: event.service, region: event.region, open: !over },
            };
          }),
        ),
    ),
};
