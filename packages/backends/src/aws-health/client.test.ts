import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createHttp, type Http } from "../http/index.ts";
import { type Answer, type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { createAwsHealth } from "./client.ts";

const server = await startServer(json({}));
const closers: (() => Promise<void>)[] = [];
const clientOver = (http: Http, accessKeyId = "AKIDEXAMPLE") =>
  createAwsHealth({
    endpoint: server.url,
    accessKeyId,
    secretAccessKey: "secret",
    sessionToken: "session",
    http,
  });
function freshHttp(): Http {
  const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
  closers.push(http.close);
  return http;
}
let health = clientOver(freshHttp());
// Answers are shared for a while.
beforeEach(() => {
  health = clientOver(freshHttp());
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await server.close();
});

const signal = new AbortController().signal;
const since = new Date("2026-11-20T09:00:00Z");
const rds = { services: ["rds"], regions: ["us-east-1"], since };
const event = (n: number, more = {}) => ({
  arn: `arn:aws:health:us-east-1::event/RDS/AWS_RDS_OPERATIONAL_ISSUE/${n}`,
  service: "RDS",
  eventTypeCode: "AWS_RDS_OPERATIONAL_ISSUE",
  eventTypeCategory: "issue",
  eventScopeCode: "PUBLIC",
  region: "us-east-1",
  startTime: 1795168800.123 + n,
  lastUpdatedTime: 1795169000,
  statusCode: "open",
  ...more,
});

/** Pages of open and closed events, then details of whatever is asked for. */
function aws(open: unknown[][], closed: unknown[] = [], details?: Answer): Answer {
  return (response, received) => {
    const input = JSON.parse(received.body);
    if (received.headers["x-amz-target"] === "AWSHealth_20160804.DescribeEventDetails") {
      const successfulSet = (input.eventArns ?? []).map((arn: string) => ({
        event: { arn },
        eventDescription: { latestDescription: `About ${arn.slice(-1)}` },
      }));
      return (details ?? json({ successfulSet, failedSet: [] }))(response, received);
    }
    const page = Number(input.nextToken ?? 0);
    const isOpen = input.filter.eventStatusCodes[0] === "open";
    const nextToken = isOpen && page + 1 < open.length ? { nextToken: String(page + 1) } : {};
    json({ events: isOpen ? open[page] : closed, ...nextToken })(response, received);
  };
}
const inputs = (operation: string) =>
  server.received
    .filter(({ headers }) => String(headers["x-amz-target"]).endsWith(operation))
    .map(({ body }) => JSON.parse(body));

test("the same question at once is asked once, each key for itself", async () => {
  server.answerWith(aws([[event(1)]]));
  const http = freshHttp();
  const [mine, other] = [clientOver(http), clientOver(http, "AKIDOTHER")];
  await Promise.all([mine.events(rds, signal), mine.events(rds, signal), other.events(rds, signal)]);
  const keys = server.received
    .filter(({ headers }) => String(headers["x-amz-target"]).endsWith("DescribeEvents"))
    .map(({ headers }) => /Credential=([^/]+)/.exec(String(headers.authorization))?.[1]);
  expect(keys.sort()).toEqual(["AKIDEXAMPLE", "AKIDEXAMPLE", "AKIDOTHER", "AKIDOTHER"]);
});

test("open and recently closed events, newest first, described", async () => {
  server.answerWith(
    aws(
      [[event(1)], [event(2)]],
      [
        event(3, {
          statusCode: "closed",
          endTime: 1795169100,
          region: "global",
          availabilityZone: "use1-az1",
        }),
        event(1),
      ],
    ),
  );
  const events = await health.events(rds, signal);
  expect(events.map(({ status, description }) => [status, description])).toEqual([
    ["closed", "About 3"],
    ["open", "About 2"],
    ["open", "About 1"],
  ]);
  expect(events[0]).toMatchObject({
    service: "RDS",
    code: "AWS_RDS_OPERATIONAL_ISSUE",
    category: "issue",
    startedAt: "2026-11-20T10:00:03.123Z",
    endedAt: "2026-11-20T10:05:00.000Z",
    availabilityZone: "use1-az1",
  });
  const [request] = server.received;
  expect(request?.headers["content-type"]).toBe("application/x-amz-json-1.1");
  expect(request?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/health\/aws4_request, SignedHeaders=[a-z0-9;-]*host;[a-z0-9;-]*x-amz-target, Signature=[0-9a-f]{64}$/,
  );
  expect(request?.headers["x-amz-security-token"]).toBe("session");
  expect(inputs("DescribeEvents").map(({ filter }) => filter)).toContainEqual({
    services: ["RDS"],
    regions: ["us-east-1", "global"],
    eventStatusCodes: ["closed"],
    endTimes: [{ from: since.getTime() / 1000 }],
  });
});

test.each([
  ["no services ask nothing", [], [], 0, 0],
  ["details go by tens", ["rds"], Array.from({ length: 23 }, (_, i) => event(i)), 2, 3],
  ["services go by tens", Array.from({ length: 12 }, (_, i) => `s${i}`), [], 4, 0],
])("%s", async (_, services, open, lists, details) => {
  server.answerWith(aws([open]));
  expect(await health.events({ ...rds, services }, signal)).toHaveLength(open.length);
  expect(inputs("DescribeEvents")).toHaveLength(lists);
  expect(inputs("DescribeEventDetails")).toHaveLength(details);
});

test("pages are bounded, and details that are not granted are left out", async () => {
  const denied = json({ __type: "AccessDeniedException", message: "not authorized" }, 400);
  server.answerWith(
    aws(
      Array.from({ length: 30 }, (_, i) => [event(i)]),
      [],
      denied,
    ),
  );
  const events = await health.events(rds, signal);
  expect(events).toHaveLength(10);
  expect(events.every(({ description }) => description === undefined)).toBe(true);
});

describe("failures", () => {
  const refusal = (type: string, status = 400) => json({ __type: type, message: "…" }, status);
  test.each<FailureCase>([
    ["no support plan", refusal("SubscriptionRequiredException"), "not_configured", /Business or Enterprise/],
    ["a wrong key", refusal("UnrecognizedClientException"), "unauthenticated", /access key/],
    [
      "a wrong secret",
      refusal("com.amazon.coral.service#InvalidSignatureException"),
      "unauthenticated",
      /clock/,
    ],
    ["no permission", refusal("AccessDeniedException"), "denied", /health:DescribeEvents/],
    ["throttling", refusal("ThrottlingException"), "rate_limited", /limits our requests/],
    ["an unknown refusal", refusal("ValidationException"), "invalid_input", /…/],
    ...failures.filter(([name]) => name !== "another shape"),
    ["another shape", json({ events: [{ arn: 1 }] }), "unavailable", /another shape/],
  ])("%s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(health.events(rds, signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });
});
