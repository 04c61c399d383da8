import type { AwsHealthBackend } from "@oncall/backends";
import type { Dependency } from "@oncall/catalog";
import { awsEvents, awsPlace, touches } from "./aws.ts";
import type { CheckContext } from "./check.ts";
import { type Finding, unknown } from "./finding.ts";

/** What AWS says about the places that these dependencies run at, by name; one question for all of them. */
export async function byAws(
  dependencies: readonly Dependency[],
  awsHealth: AwsHealthBackend,
  { now, onset, signal }: CheckContext,
): Promise<Map<string, Finding>> {
  const places = dependencies.flatMap((dependency) => awsPlace(dependency) ?? []);
  const events = places.length === 0 ? [] : await awsEvents(awsHealth, places, now, onset, signal);
  return new Map(
    dependencies.map((dependency) => {
      const place = awsPlace(dependency);
      if (place === null) {
        return [dependency.name, unknown("service.yaml gives no aws_service and aws_region")];
      }
      const where = `${place.awsService.toUpperCase()} in ${place.region}`;
      const issue = events.find(
        (event) => event.category === "issue" && event.status === "open" && touches(event, place),
      );
      const finding: Finding =
        issue === undefined
          ? {
              state: "healthy",
              since: null,
              how: "AWS Health",
              facts: [`AWS reports no open issue for ${where}`],
            }
          : {
              state: "degraded",
              since: issue.startedAt,
              how: "AWS Health",
              facts: [`AWS reports ${issue.code} for ${where} since ${issue.startedAt}`],
            };
      return [dependency.name, finding];
    }),
  );
}
