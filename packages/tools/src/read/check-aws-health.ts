import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { awsEvents, awsPlace, isOnAws, touches } from "../dependencies/aws.ts";
import { AwsHealth } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

export const checkAwsHealth = defineReadTool({
  name: "check_aws_health",
  description:
    "AWS Health events, open or recently ended, for the AWS services and regions that a service's dependencies run on.",
  uses: ["awsHealth", "catalog"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: AwsHealth,
  async run({ service }, { awsHealth, catalog }, { now, onset, signal }) {
    const entry = await catalog.get(service);
    const dependencies = entry.dependencies.filter(isOnAws);
    const places = dependencies.map(awsPlace).filter((place) => place !== null);
    const unplaced = dependencies
      .filter((dependency) => awsPlace(dependency) === null)
      .map(({ name }) => name);
    if (places.length === 0) {
      return noData(
        unplaced.length === 0
          ? `service.yaml of ${entry.name}, in which no dependency is aws_hosted or of type aws`
          : `service.yaml of ${entry.name}, which gives no aws_service and aws_region for ${unplaced.join(", ")}`,
      );
    }
    const events = await awsEvents(awsHealth, places, now, onset, signal);
    const open = events.filter((event) => event.status === "open");
    return ok(
      {
        service: entry.name,
        events: events.map((event) => ({
          arn: event.arn,
          service: event.service,
          region: event.region,
          code: event.code,
          category: event.category,
          status: event.status,
          started_at: event.startedAt,
          ended_at: event.endedAt ?? null,
          description: event.description ?? null,
          affects: places.filter((place) => touches(event, place)).map((place) => place.dependency),
        })),
        checked: places.map(({ dependency, awsService, region }) => ({
          dependency,
          aws_service: awsService,
          region,
        })),
      },
      {
        link: "https://health.aws.amazon.com/health/home#/account/dashboard/open-issues",
        summary:
          events.length === 0
            ? `No AWS event for ${places.map(({ awsService, region }) => `${awsService} in ${region}`).join(", ")}`
            : `${open.length} open and ${events.length - open.length} other AWS events: ${events.map((event) => `${event.code} in ${event.region} since ${event.startedAt}`).join("; ")}`,
        omitted:
          unplaced.length === 0
            ? undefined
            : `Not checked, for service.yaml gives no aws_service and aws_region: ${unplaced.join(", ")}.`,
      },
    );
  },
});
