import type { Series } from "@oncall/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import type { ServiceHealth } from "../outputs/index.ts";
import { counter, type MetricsWorld, serviceYaml, startMetricsWorld } from "../testing/metrics-world.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const onset = new Date("2026-01-31T03:00:00.000Z");
const now = new Date("2026-01-31T03:20:00.000Z");
const begin = onset.getTime() - 8 * DAY;
const since = (minutes: number) => (at: number) => at >= onset.getTime() + minutes * MINUTE;
const broken = since(0);

let world: MetricsWorld | undefined;
afterEach(() => world?.close());

async function healthOf(series: Series[], more = "") {
  world = await startMetricsWorld({ series, services: [serviceYaml("shop", more)], now });
  const result = await world.registry.call("get_service_health", { service: "shop" }, { onset });
  return { ...result, data: result.data as ServiceHealth };
}

/** Ten requests a second, of which a share fails; half of them within 0.1, the rest within one unit of a second. */
function requests(
  names: {
    counter: string;
    status?: [label: string, ok: string, failed: string];
    durations?: string;
    unit?: number;
  },
  labels: Record<string, string>,
  failing: (at: number) => number,
  rate: (at: number) => number = () => 10,
): Series[] {
  const { counter: metric, status, durations, unit = 1 } = names;
  const count = (name: string, more: Record<string, string>, share: (at: number) => number) =>
    counter({ __name__: name, ...labels, ...more }, begin, (at) => rate(at) * share(at));
  const slow = (at: number) => (failing(at) > 0.1 ? 5 : 1);
  return [
    ...(status === undefined
      ? [count(metric, {}, () => 1)]
      : [
          count(metric, { [status[0]]: status[1] }, (at) => 1 - failing(at)),
          count(metric, { [status[0]]: status[2] }, failing),
        ]),
    ...(durations === undefined
      ? []
      : ["0.1", "1", "10"]
          .map((le) => [String(Number(le) * unit), Number(le)] as const)
          .map(([le, bound]) =>
            count(`${durations}_bucket`, { le }, (at) =>
              bound >= slow(at) ? 1 : bound >= slow(at) / 10 ? 0.5 : 0,
            ),
          )
          .concat([count(`${durations}_bucket`, { le: "+Inf" }, () => 1)])),
  ];
}

const job = { job: "shop", instance: "a" };
const http = {
  counter: "http_requests_total",
  status: ["status", "200", "503"] as [string, string, string],
  durations: "http_request_duration_seconds",
};
const failing = (at: number) => (broken(at) ? 0.2 : 0.001);

describe("get_service_health reads the usual shapes", () => {
  test.each<[string, Parameters<typeof requests>[0], Record<string, string>]>([
    ["client libraries", http, job],
    [
      "Micrometer",
      {
        counter: "http_server_requests_seconds_count",
        status: ["status", "200", "500"],
        durations: "http_server_requests_seconds",
      },
      job,
    ],
    [
      "OpenTelemetry",
      {
        counter: "http_server_request_duration_seconds_count",
        status: ["http_response_status_code", "200", "502"],
        durations: "http_server_request_duration_seconds",
      },
      job,
    ],
    [
      "OpenTelemetry before",
      {
        counter: "http_server_duration_milliseconds_count",
        status: ["http_status_code", "200", "500"],
        durations: "http_server_duration_milliseconds",
        unit: 1000,
      },
      job,
    ],
    [
      "gRPC",
      {
        counter: "grpc_server_handled_total",
        status: ["grpc_code", "OK", "Unavailable"],
        durations: "grpc_server_handling_seconds",
      },
      job,
    ],
    [
      "a mesh",
      {
        counter: "istio_requests_total",
        status: ["response_code", "200", "503"],
        durations: "istio_request_duration_milliseconds",
        unit: 1000,
      },
      { destination_workload: "shop", reporter: "destination" },
    ],
  ])("%s", async (_, names, labels) => {
    const { data } = await healthOf(requests(names, labels, failing));
    expect(data).toMatchObject({ verdict: "degraded", metric: names.counter, changed_at: { traffic: null } });
    expect(data.error_ratio.now).toBeCloseTo(0.2, 1);
    expect(data.error_ratio.before).toBeCloseTo(0.001);
    expect(data.availability.now).toBeCloseTo(0.8, 1);
    expect(data.latency_seconds.p99.before).toBeLessThanOrEqual(1);
    expect(data.latency_seconds.p99.now).toBeGreaterThan(1);
    expect(Math.abs(Date.parse(data.changed_at.error_ratio ?? "") - onset.getTime())).toBeLessThanOrEqual(
      2 * MINUTE,
    );
  });

  test("a summary has a mean and no quantiles", async () => {
    const slow = (at: number) => (broken(at) ? 3 : 0.1);
    const { data } = await healthOf([
      ...requests(
        { counter: "http_server_requests_seconds_count", status: ["status", "200", "500"] },
        job,
        () => 0,
      ),
      counter({ __name__: "http_server_requests_seconds_sum", ...job }, begin, (at) => 10 * slow(at)),
    ]);
    expect(data).toMatchObject({ verdict: "degraded", latency_seconds: { p99: { now: null } } });
    expect(data.mean_latency_seconds?.now).toBeGreaterThan(2.5);
    expect(data.reasons[0]).toMatch(/^mean latency is .* s, 0\.1 s before$/);
  });
});

describe("get_service_health compares", () => {
  test("with the same hour a day and a week before", async () => {
    const { data } = await healthOf(
      requests(http, job, (at) => (at < onset.getTime() - 6 * DAY ? 0.05 : failing(at))),
    );
    expect(data.comparisons).toMatchObject([
      {
        label: "a day before",
        window: { to: "2026-01-30T03:20:00.000Z" },
        error_ratio: 0.001,
        requests_per_second: 10,
      },
      { label: "a week before", error_ratio: 0.05 },
      { label: "last quiet hour", window: data.baseline, error_ratio: 0.001 },
    ]);
    expect(world?.asked).toHaveLength(4);
  });

  test("with nothing where there is nothing", async () => {
    const young = requests(http, job, failing).map(({ labels, at }) => ({
      labels,
      at: (t: number) => (t < onset.getTime() - 120 * MINUTE ? undefined : at(t)),
    }));
    const { data } = await healthOf(young);
    expect(data).toMatchObject({
      verdict: "degraded",
      comparisons: [
        { error_ratio: null, p99_seconds: null },
        { requests_per_second: null },
        { error_ratio: 0.001 },
      ],
    });
  });

  test("with an earlier hour, when it was bad for hours before anybody noticed", async () => {
    const { data } = await healthOf(requests(http, job, (at) => (since(-300)(at) ? 0.2 : 0.001)));
    expect(data).toMatchObject({ verdict: "degraded", error_ratio: { before: 0.001 } });
    expect(Date.parse(data.baseline.to)).toBeLessThanOrEqual(onset.getTime() - 300 * MINUTE);
    const began = Date.parse(data.changed_at.error_ratio ?? "") - onset.getTime();
    expect(Math.abs(began / MINUTE + 300)).toBeLessThanOrEqual(20);
  });

  test.each([
    [
      "traffic that rises every day is no change",
      (at: number) =>
        2 + 8 * Math.max(0, Math.sin((2 * Math.PI * (at - onset.getTime() + 60 * MINUTE)) / DAY)) ** 0.5,
      false,
    ],
    ["traffic that halves today is", (at: number) => (broken(at) ? 3 : 10), true],
  ])("%s", async (_, rate, changed) => {
    const { data } = await healthOf(requests(http, job, () => 0, rate));
    expect(data.changed_at.traffic !== null).toBe(changed);
  });
});

test("without traffic it is not healthy", async () => {
  const { data } = await healthOf(
    requests(
      http,
      job,
      () => 0,
      (at) => (broken(at) ? 0 : 10),
    ),
  );
  expect(data).toMatchObject({
    verdict: "no_traffic",
    availability: { now: null },
    error_ratio: { now: null },
  });
});

test.each([
  ["another job", ""],
  ["a name that would leave its quotes", `observability: { prometheus_job: 'x"} or vector(1) or up{a="' }`],
  ["a name that would match any", `observability: { prometheus_job: ".*" }`],
])("%s has no metrics, and where they were looked for is said", async (_, more) => {
  const result = await healthOf(requests(http, { job: "other", instance: "a" }, failing), more);
  expect(result).toMatchObject({ state: "no_data", searched: expect.stringContaining("prometheus_job") });
});
