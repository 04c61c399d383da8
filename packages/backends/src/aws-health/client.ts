import { AppError, type Checker, checker } from "@oncall/core";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Static, Type } from "typebox";
import { baseUrl, type Http, type HttpRequest, readJson } from "../http/index.ts";
import { throwKnownFailure } from "./failures.ts";
import type { AwsHealthBackend, AwsHealthEvent } from "./types.ts";

export interface AwsHealthOptions {
  /** `https://health.us-east-1.amazonaws.com` unless set; AWS Health has one endpoint for all regions. */
  readonly endpoint?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly http: Http;
}

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
// Seconds since 1970, with a fraction.
const time = Type.Optional(Type.Union([Type.Number(), Type.Null()]));
const eventShape = Type.Object({
  arn: Type.String(),
  service: Type.String(),
  eventTypeCode: Type.String(),
  eventTypeCategory: Type.Union([
    Type.Literal("issue"),
    Type.Literal("accountNotification"),
    Type.Literal("scheduledChange"),
    Type.Literal("investigation"),
  ]),
  statusCode: Type.Union([Type.Literal("open"), Type.Literal("closed"), Type.Literal("upcoming")]),
  region: text,
  availabilityZone: text,
  startTime: Type.Number(),
  endTime: time,
  lastUpdatedTime: time,
});
type RawEvent = Static<typeof eventShape>;
const eventPage = checker(Type.Object({ events: Type.Optional(Type.Array(eventShape)), nextToken: text }));
const detailPage = checker(
  Type.Object({
    successfulSet: Type.Optional(
      Type.Array(
        Type.Object({
          event: Type.Object({ arn: Type.String() }),
          eventDescription: Type.Optional(Type.Object({ latestDescription: text })),
        }),
      ),
    ),
  }),
);

const CONTENT_TYPE = "application/x-amz-json-1.1";
const REGION = "us-east-1";
const FILTER_VALUES = 10;
const DETAIL_ARNS = 10;
const PAGE_SIZE = 100;
const MAX_PAGES = 10;
// Two tools of one look ask what is open.
const CACHE_MS = 5_000;

/** AWS Health: https://docs.aws.amazon.com/health/latest/APIReference/. At most 1,000 events per filter are read. */
export function createAwsHealth(options: AwsHealthOptions): AwsHealthBackend {
  const base = baseUrl("AWS Health", options.endpoint ?? `https://health.${REGION}.amazonaws.com`);
  const { accessKeyId, secretAccessKey, sessionToken } = options;
  const signer = new SignatureV4({
    service: "health",
    region: REGION,
    sha256: Hash.bind(null, "sha256"),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });

  async function call<T>(
    operation: string,
    input: object,
    shape: Checker<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const url = base.at("");
    const body = JSON.stringify(input);
    const headers = {
      host: url.host,
      "content-type": CONTENT_TYPE,
      "x-amz-target": `AWSHealth_20160804.${operation}`,
    };
    const { protocol, hostname, pathname: path } = url;
    const request: HttpRequest = {
      system: "AWS Health",
      credential: "the AWS access key",
      url,
      method: "POST",
      idempotent: true,
      headers,
      body,
      signer: {
        identity: accessKeyId,
        sign: async () =>
          (await signer.sign({ method: "POST", protocol, hostname, path, query: {}, headers, body })).headers,
      },
      cacheMs: CACHE_MS,
      signal,
    };
    const response = await options.http.request(request);
    throwKnownFailure(request, response);
    return readJson(request, response, shape);
  }

  async function describeEvents(filter: object, signal: AbortSignal): Promise<RawEvent[]> {
    const events: RawEvent[] = [];
    let nextToken: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const input = { filter, maxResults: PAGE_SIZE, ...(nextToken === undefined ? {} : { nextToken }) };
      const page = await call("DescribeEvents", input, eventPage, signal);
      events.push(...(page.events ?? []));
      nextToken = page.nextToken ?? undefined;
      if (nextToken === undefined) break;
    }
    return events;
  }

  /** Latest description by arn; empty where the account may list events but not read their details. */
  async function descriptions(arns: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    try {
      for (const eventArns of chunks(arns, DETAIL_ARNS)) {
        const { successfulSet = [] } = await call("DescribeEventDetails", { eventArns }, detailPage, signal);
        for (const { event, eventDescription } of successfulSet) {
          const description = eventDescription?.latestDescription;
          if (description != null) found.set(event.arn, description);
        }
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== "denied") throw error;
    }
    return found;
  }

  return {
    async events({ services, regions, since }, signal) {
      const byArn = new Map<string, RawEvent>();
      const asked = [...filters(services, regions, since)].map((filter) => describeEvents(filter, signal));
      for (const event of (await Promise.all(asked)).flat()) byArn.set(event.arn, event);
      const described = await descriptions([...byArn.keys()], signal);
      return [...byArn.values()]
        .sort((a, b) => b.startTime - a.startTime || a.arn.localeCompare(b.arn))
        .map((event) => eventOf(event, described.get(event.arn)));
    },
  };
}

/**
 * Open events, and closed ones that ended after `since`, in the regions and in `global`, where IAM, Route 53 and
 * other services without a region report. No services means no question: an empty filter would ask for all.
 */
function* filters(services: readonly string[], regions: readonly string[], since: Date): Generator<object> {
  const names = [...new Set(services.map((service) => service.toUpperCase()))];
  for (const serviceChunk of chunks(names, FILTER_VALUES)) {
    for (const regionChunk of chunks([...new Set([...regions, "global"])], FILTER_VALUES)) {
      const common = { services: serviceChunk, regions: regionChunk };
      yield { ...common, eventStatusCodes: ["open"] };
      yield { ...common, eventStatusCodes: ["closed"], endTimes: [{ from: since.getTime() / 1000 }] };
    }
  }
}

function eventOf(event: RawEvent, description: string | undefined): AwsHealthEvent {
  return {
    arn: event.arn,
    service: event.service,
    region: event.region ?? "global",
    code: event.eventTypeCode,
    category: event.eventTypeCategory,
    status: event.statusCode,
    startedAt: iso(event.startTime),
    ...(event.availabilityZone != null && { availabilityZone: event.availabilityZone }),
    ...(event.endTime != null && { endedAt: iso(event.endTime) }),
    ...(event.lastUpdatedTime != null && { updatedAt: iso(event.lastUpdatedTime) }),
    ...(description !== undefined && { description }),
  };
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
