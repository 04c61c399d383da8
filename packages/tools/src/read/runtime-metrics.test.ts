import type { Series } from "@oncall/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import type { RuntimeMetrics } from "../outputs/index.ts";
import {
  counter,
  gauge,
  type MetricsWorld,
  serviceYaml,
  startMetricsWorld,
} from "../testing/metrics-world.ts";

const MINUTE = 60_000;
const onset = new Date("2026-01-31T03:00:00.000Z");
const now = new Date("2026-01-31T03:20:00.000Z");
const begin = onset.getTime() - 300 * MINUTE;
const broken = (at: number): boolean => at >= onset.getTime();
const hours = (at: number): number => (at - begin) / (60 * MINUTE);
const MI = 2 ** 20;

let world: MetricsWorld | undefined;
afterEach(() => world?.close());

const deployment = "deployment: { kubernetes: { cluster: c, namespace: shop, workload: shop } }\n";

async function check(series: Series[], more = "") {
  world = await startMetricsWorld({ series, services: [serviceYaml("shop", more)], now });
  const result = await world.registry.call("check_runtime_metrics", { service: "shop" }, { onset });
  const data = result.data as RuntimeMetrics;
  return { ...result, data, signal: (name: string) => data.signals.find((one) => one.name === name) };
}

type Value = number | ((at: number) => number);
const job = { job: "shop", instance: "a:1" };
const is = (name: string, value: Value, more: Record<string, string> = {}) =>
  gauge({ __name__: name, ...job, ...more }, (at) => (typeof value === "number" ? value : value(at)));
const grows = (name: string, perSecond: Value, more: Record<string, string> = {}) =>
  counter({ __name__: name, ...job, ...more }, begin, (at) =>
    typeof perSecond === "number" ? perSecond : perSecond(at),
  );

describe("check_runtime_metrics: pressure in each runtime", () => {
  const heap = (used: Value, max: number): Series[] => [
    is("jvm_memory_used_bytes", used, { area: "heap", id: "G1 Old Gen" }),
    is("jvm_memory_used_bytes", 0, { area: "heap", id: "G1 Eden Space" }),
    is("jvm_memory_used_bytes", 90 * MI, { area: "nonheap", id: "Metaspace" }),
    is("jvm_memory_max_bytes", max, { area: "heap", id: "G1 Old Gen" }),
    // Micrometer's word for "no limit of its own".
    is("jvm_memory_max_bytes", -1, { area: "heap", id: "G1 Eden Space" }),
  ];

  test.each<[string, string, Series[], RegExp[]]>([
    [
      "JVM by Micrometer",
      "java",
      heap(98 * MI, 100 * MI),
      [/^JVM heap: 98 MiB of 100 MiB \(98 %\), 98 MiB before; /],
    ],
    [
      "JVM by client_java",
      "java",
      [
        is("jvm_memory_bytes_used", 50 * MI, { area: "heap" }),
        is("jvm_memory_bytes_max", 100 * MI, { area: "heap" }),
        grows("jvm_gc_collection_seconds_sum", (at) => (broken(at) ? 0.4 : 0.01), { gc: "G1 Old" }),
        is("jvm_threads_deadlocked", (at) => (broken(at) ? 2 : 0)),
      ],
      [/^JVM time in garbage collection: 40 %, 1 % before/, /^JVM deadlocked threads: 2, 0 before/],
    ],
    [
      "a heap that will be full soon",
      "java",
      heap((at) => (40 + 9 * hours(at)) * MI, 100 * MI),
      [/^JVM heap: .* and rising; at this pace it is full at 0\d:\d\d UTC$/],
    ],
    [
      "a pool that a release made smaller",
      "java",
      [
        is("hikaricp_connections_active", (at) => (broken(at) ? 5 : 11), { pool: "p" }),
        is("hikaricp_connections_max", (at) => (broken(at) ? 5 : 40), { pool: "p" }),
      ],
      [/^JVM database connections in use: 5 of 5 \(100 %\), 11 before; the connection pool is exhausted$/],
    ],
    [
      "Go",
      "go",
      [is("go_goroutines", (at) => 100 + 200 * hours(at))],
      [/^Go goroutines: .*, and rising by 2\d\d an hour; a leak, unless/],
    ],
    [
      "Node",
      "node",
      [is("nodejs_eventloop_lag_p99_seconds", (at) => (broken(at) ? 0.4 : 0.01))],
      [/^Node\.js event loop lag: 400 ms, 10 ms before; /],
    ],
    [
      "Python",
      "python",
      [grows("python_gc_objects_uncollectable_total", 0.5, { generation: "2" })],
      [/^Python objects that cannot be collected: 0\.5 per second/],
    ],
    [
      ".NET by OpenTelemetry",
      "dotnet",
      [is("process_runtime_dotnet_thread_pool_queue_length", 300)],
      [/^\.NET work waiting for the thread pool: 300/],
    ],
    [
      ".NET 9",
      "dotnet",
      [grows("dotnet_gc_pause_time_seconds_total", 0.2)],
      [/^\.NET time in garbage collection: 20 %/],
    ],
    [
      "files",
      "go",
      [is("process_open_fds", 970), is("process_max_fds", 1_000)],
      [/^process open files: 970 of 1000 \(97 %\)/i],
    ],
    [
      "well",
      "go",
      [
        is("go_goroutines", 100),
        is("go_gc_gomemlimit_bytes", 2 ** 63),
        is("go_memstats_heap_inuse_bytes", 5 * MI),
      ],
      [],
    ],
  ])("%s", async (_, language, series, pressures) => {
    const { data } = await check(series, `language: ${language}\n`);
    expect(data.pressures.map(({ summary }) => summary)).toEqual(
      pressures.map((one) => expect.stringMatching(one)),
    );
  });

  test("of containers: memory against the limit and throttling, by the pod that is worst", async () => {
    const inPod = (pod: string, name: string, value: Value, more: Record<string, string> = {}) =>
      gauge({ __name__: name, namespace: "shop", pod, container: "shop", ...more }, (at) =>
        typeof value === "number" ? value : value(at),
      );
    const periods = (pod: string, name: string, perSecond: number) =>
      counter({ __name__: name, namespace: "shop", pod, container: "shop" }, begin, () => perSecond);
    const { data, signal } = await check(
      ["shop-1-a", "shop-1-b"].flatMap((pod, i) => [
        inPod(pod, "container_memory_working_set_bytes", (i === 0 ? 100 : 250) * MI),
        inPod(pod, "container_memory_working_set_bytes", 900 * MI, { container: "" }),
        inPod(pod, "kube_pod_container_resource_limits", 256 * MI, { resource: "memory" }),
        periods(pod, "container_cpu_cfs_periods_total", 10),
        periods(pod, "container_cpu_cfs_throttled_periods_total", i === 0 ? 1 : 6),
      ]),
      `language: rust\n${deployment}`,
    );
    expect(signal("memory")).toMatchObject({
      now: 250 * MI,
      limit: 256 * MI,
      highest_in: "shop-1-b",
      instances: 2,
      trend: "steady",
    });
    expect(data.pressures).toMatchObject([
      { signal: "container memory", severity: "critical" },
      {
        signal: "container throttled periods",
        severity: "critical",
        summary: expect.stringMatching(/\(60 %\)/),
      },
    ]);
  });
});

test("says when it began, and heads", async () => {
  const { signal, data } = await check(
    [is("go_goroutines", (at) => (broken(at) ? 900 : 100)), is("go_threads", (at) => 10 + hours(at))],
    "language: go\n",
  );
  expect(signal("goroutines")).toMatchObject({ now: 900, before: 100, peak: 900 });
  expect(signal("operating system threads")).toMatchObject({ trend: "rising", limit_at: null });
  expect(data.absent).toEqual([
    "Go heap (go_memstats_heap_inuse_bytes, go_memstats_heap_alloc_bytes)",
    "Go time in garbage collection pauses (go_gc_duration_seconds_sum)",
    expect.stringMatching(/^process: none of its metrics/),
    expect.stringMatching(/^container: none of its metrics/),
  ]);
});

test("a restart does not make a counter fall", async () => {
  const cpu = grows("process_cpu_seconds_total", 0.5);
  const restarted: Series = {
    labels: cpu.labels,
    at: (t) => {
      const value = cpu.at(t);
      return value === undefined ? undefined : value % 1_000;
    },
  };
  expect((await check([restarted])).signal("processor time")).toMatchObject({ now: 0.5, trend: "steady" });
});

test("a language whose metrics are not there is named as absent, and nothing at all is no data", async () => {
  const some = await check([is("process_resident_memory_bytes", 9)], "language: node\n");
  expect(some.data.absent[0]).toMatch(
    /^Node\.js: none of its metrics \(such as nodejs_eventloop_lag_p99_seconds/,
  );
  await world?.close();
  expect(await check([], "language: node\n")).toMatchObject({
    state: "no_data",
    searched: expect.stringMatching(/job "shop".*Node\.js/),
  });
});
