import type { Sample } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import { discoveryQuery, matching, requestMetricsFrom } from "./request-metrics.ts";
import { graphQuery, requestQueries } from "./request-queries.ts";

const source = { job: "shop", workload: "shop" };
const sample = (name: string, labels: Record<string, string> = {}): Sample => ({
  labels: { __name__: name, job: "shop", destination_workload: "shop", ...labels },
  value: 1,
});

describe("requestMetricsFrom", () => {
  test.each([
    [
      "client library",
      [sample("http_requests_total", { code: "200" })],
      "http_requests_total",
      "code",
      false,
    ],
    [
      "Micrometer",
      [
        sample("http_server_requests_seconds_count", { status: "200" }),
        sample("http_server_requests_seconds_bucket"),
      ],
      "http_server_requests_seconds_count",
      "status",
      true,
    ],
    [
      "OpenTelemetry before others",
      [
        sample("http_requests_total", { status: "200" }),
        sample("http_server_request_duration_seconds_count", { http_response_status_code: "200" }),
      ],
      "http_server_request_duration_seconds_count",
      "http_response_status_code",
      false,
    ],
    [
      "gRPC",
      [sample("grpc_server_handled_total", { grpc_code: "OK" })],
      "grpc_server_handled_total",
      "grpc_code",
      false,
    ],
    ["no status", [sample("http_requests_total")], "http_requests_total", null, false],
  ])("%s", (_, found, metric, label, hasLatency) => {
    const metrics = requestMetricsFrom(found, source);
    expect(metrics?.metric).toBe(metric);
    expect(metrics?.statusLabel).toBe(label);
    expect(metrics?.hasBuckets).toBe(hasLatency);
  });

  test("a mesh counts by workload, in milliseconds, and each request once", () => {
    const metrics = requestMetricsFrom(
      [
        sample("istio_requests_total", { response_code: "200" }),
        sample("istio_request_duration_milliseconds_bucket"),
      ],
      source,
    );
    if (metrics === null) throw new Error("not found");
    expect(metrics.shape.secondsPerUnit).toBe(0.001);
    expect(requestQueries([metrics, { ...metrics, owner: "a.b" }], "2m", "1d").requests).toBe(
      'sum by (destination_workload, response_code) (rate(istio_requests_total{destination_workload=~"shop|a\\\\.b",reporter="destination"}[2m] offset 1d))',
    );
    expect(graphQuery(metrics)).toMatch(
      /^sum \(rate\(istio_requests_total\{.*response_code=~"5\.\."\}\[5m\]\)\) \/ sum/,
    );
  });

  test("others that are there are named", () => {
    const found = [
      sample("http_requests_total", { status: "200" }),
      sample("http_request_duration_seconds_bucket"),
      sample("http_request_duration_seconds_count"),
      sample("grpc_server_handled_total", { grpc_code: "OK" }),
    ];
    expect(requestMetricsFrom(found, source)).toMatchObject({
      metric: "http_requests_total",
      others: ["grpc_server_handled_total"],
    });
    expect(requestMetricsFrom(found, { job: "other", workload: "other" })).toBeNull();
  });

  test("nothing known", () => {
    expect(requestMetricsFrom([sample("up")], source)).toBeNull();
  });

  test.each([
    ["grpc_server_handled_total", "grpc_code", "Unavailable", true],
    ["grpc_server_handled_total", "grpc_code", "NotFound", false],
    ["http_requests_total", "status", "503", true],
    ["http_requests_total", "status", "404", false],
    ["http_requests_total", "status", "5xx0", false],
  ])("%s %s=%s is a failure: %s", (metric, label, status, expected) => {
    expect(requestMetricsFrom([sample(metric, { [label]: "x" })], source)?.isFailure(status)).toBe(expected);
  });

  test("a name cannot leave its quotes", () => {
    const hostile = { job: 'a"} or vector(1) #\n', workload: "\\" };
    expect(discoveryQuery([hostile])).toContain('job="a\\"} or vector(1) #\\n"');
    expect(discoveryQuery([hostile])).toContain('destination_workload="\\\\"');
  });

  test("several names are literals of one pattern", () => {
    expect(matching("job", ["a", "b.c", "a"])).toBe('job=~"a|b\\\\.c"');
    expect(matching("job", ["b.c"])).toBe('job="b.c"');
  });
});
