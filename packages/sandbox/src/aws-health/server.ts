import type { FastifyInstance, FastifyReply } from "fastify";
import { createApp } from "../http/server.ts";
import type { HealthEvent } from "../world/aws-events.ts";
import type { World } from "../world/world.ts";

const TARGET = "AWSHealth_20160804.";
const MEDIA_TYPE = "application/x-amz-json-1.1";
const DEFAULT_PAGE = 10;

interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

interface EventFilter {
  readonly eventArns?: readonly string[];
  readonly services?: readonly string[];
  readonly regions?: readonly string[];
  readonly eventStatusCodes?: readonly string[];
  readonly eventTypeCategories?: readonly string[];
  readonly eventTypeCodes?: readonly string[];
  readonly startTimes?: readonly TimeRange[];
  readonly endTimes?: readonly TimeRange[];
  readonly lastUpdatedTimes?: readonly TimeRange[];
}

interface Input {
  readonly filter?: EventFilter;
  readonly eventArns?: readonly string[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** AWS Health's JSON 1.1 API (https://docs.aws.amazon.com/health/latest/APIReference/); times are epoch seconds. */
export function createAwsHealthServer(world: World, accessKeyId: string): FastifyInstance {
  const app = createApp();
  app.post<{ Body: Input | undefined }>("/", async (request, reply) => {
    const authorization = request.headers.authorization ?? "";
    const signed =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[\w-]+\/health\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}$/;
    const [, key] = signed.exec(authorization) ?? [];
    if (authorization === "")
      return failure(reply, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    if (key === undefined)
      return failure(
        reply,
        403,
        "IncompleteSignatureException",
        "Authorization header is not a valid Signature Version 4 header.",
      );
    if (key !== accessKeyId)
      return failure(
        reply,
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
      );
    const target = String(request.headers["x-amz-target"] ?? "");
    const input = request.body ?? {};
    switch (target) {
      case `${TARGET}DescribeEvents`:
        return describeEvents(reply, input);
      case `${TARGET}DescribeEventDetails`:
        return describeDetails(reply, input);
      case `${TARGET}DescribeAffectedEntities`:
        return describeEntities(reply, input);
      default:
        return failure(reply, 400, "UnknownOperationException", `The operation ${target} is not known.`);
    }
  });
  return app;

  function describeEvents(reply: FastifyReply, { filter = {}, maxResults = DEFAULT_PAGE, nextToken }: Input) {
    if (maxResults < 10 || maxResults > 100) {
      return failure(
        reply,
        400,
        "ValidationException",
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be between 10 and 100",
      );
    }
    const matching = world.awsEvents().filter((event) => matches(event, filter));
    const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, "base64").toString());
    if (!Number.isInteger(start) || start < 0)
      return failure(reply, 400, "InvalidPaginationToken", "The specified pagination token is not valid.");
    const end = start + maxResults;
    return answer(reply, {
      events: matching.slice(start, end).map(summary),
      ...(end < matching.length ? { nextToken: Buffer.from(String(end)).toString("base64") } : {}),
    });
  }

  function describeDetails(reply: FastifyReply, { eventArns = [] }: Input) {
    if (eventArns.length < 1 || eventArns.length > 10) {
      return failure(
        reply,
        400,
        "ValidationException",
        "1 validation error detected: Value at 'eventArns' failed to satisfy constraint: Member must have length between 1 and 10",
      );
    }
    const events = new Map(world.awsEvents().map((event) => [event.arn, event]));
    const known = eventArns.flatMap((arn) => events.get(arn) ?? []);
    return answer(reply, {
      successfulSet: known.map((event) => ({
        event: summary(event),
        eventDescription: { latestDescription: event.description },
      })),
      failedSet: eventArns
        .filter((arn) => !events.has(arn))
        .map((eventArn) => ({
          eventArn,
          errorName: "InvalidEventArn",
          errorMessage: "The specified event ARN is not valid.",
        })),
    });
  }

  function describeEntities(reply: FastifyReply, { filter = {} }: Input) {
    const events = world.awsEvents().filter((event) => filter.eventArns?.includes(event.arn));
    return answer(reply, {
      entities: events.flatMap((event) =>
        event.entities.map((entityValue) => ({
          entityArn: `${event.arn}/${entityValue}`.replace(":event/", ":entity/"),
          eventArn: event.arn,
          entityValue,
          awsAccountId: "123456789012",
          lastUpdatedTime: event.lastUpdatedTime,
          statusCode: event.statusCode === "closed" ? "UNIMPAIRED" : "IMPAIRED",
        })),
      ),
    });
  }
}

function matches(event: HealthEvent, filter: EventFilter): boolean {
  const oneOf = (wanted: readonly string[] | undefined, value: string): boolean =>
    wanted === undefined || wanted.includes(value);
  const within = (ranges: readonly TimeRange[] | undefined, at: number | undefined): boolean =>
    ranges === undefined ||
    (at !== undefined &&
      ranges.some(({ from = 0, to = Number.POSITIVE_INFINITY }) => at >= from && at <= to));
  return (
    oneOf(filter.eventArns, event.arn) &&
    oneOf(filter.services, event.service) &&
    oneOf(filter.regions, event.region) &&
    oneOf(filter.eventStatusCodes, event.statusCode) &&
    oneOf(filter.eventTypeCategories, event.eventTypeCategory) &&
    oneOf(filter.eventTypeCodes, event.eventTypeCode) &&
    within(filter.startTimes, event.startTime) &&
    within(filter.endTimes, event.endTime) &&
    within(filter.lastUpdatedTimes, event.lastUpdatedTime)
  );
}

function summary({ description: _description, entities: _entities, ...event }: HealthEvent) {
  return event;
}

function answer(reply: FastifyReply, body: object) {
  return reply.type(MEDIA_TYPE).send(JSON.stringify(body));
}

function failure(reply: FastifyReply, status: number, type: string, message: string) {
  return reply
    .code(status)
    .header("x-amzn-errortype", type)
    .type(MEDIA_TYPE)
    .send(JSON.stringify({ __type: type, message }));
}
