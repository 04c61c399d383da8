import type { Deploy } from "@oncall/tools";
import { describe, expect, test } from "vitest";
import {
  after,
  awsEvent,
  context,
  dependencies,
  deploy,
  deploys,
  evidenceOf,
  failingHealth,
  health,
  ONSET,
  seen,
} from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";
import type { Observation } from "../evidence.ts";

const slow = {
  p50: { now: 2, before: 0.02 },
  p95: { now: 20, before: 0.08 },
  p99: { now: 30, before: 0.15 },
};
const order = (change: object) =>
  seen("get_resource", {
    id: "ord-1234",
    service: "order-service",
    team: "commerce",
    type: "order",
    http_status: 200,
    found: true,
    status: "SHIPPED",
    error: null,
    namespace: null,
    cluster: null,
    body: {},
    ...change,
  });
const metrics = (data: Parameters<typeof health>[0]) => seen("get_service_health", health(data));

const scaling = (scaled: Partial<Deploy["scaled"]> = {}) =>
  deploy({
    ...{ kind: "scaling", title: "Scaled down from 6 to 2 replicas", commit: null, author: null },
    changes: [{ what: "replicas", from: "6", to: "2" }],
    scaled: { direction: "down", from: 6, to: 2, by: "unknown", ...scaled },
  });

const cases: [string, Observation, string[]][] = [
  ["requests fail", seen("get_service_health", failingHealth), ["service.error_rate order-service critical"]],
  [
    "requests are slow",
    metrics({ verdict: "degraded", latency_seconds: slow }),
    ["service.latency order-service critical"],
  ],
  [
    "degraded for a reason of its own",
    metrics({ verdict: "degraded", reasons: ["availability 92 %"] }),
    ["service.error_rate order-service warning"],
  ],
  [
    "traffic stopped",
    metrics({ verdict: "no_traffic", requests_per_second: { now: 0, before: 40 } }),
    ["service.no_traffic order-service critical"],
  ],
  [
    "a quiet service",
    metrics({ verdict: "no_traffic", requests_per_second: { now: null, before: null } }),
    [],
  ],
  ["healthy", metrics({}), []],
  [
    "a database is down",
    dependencies([{ state: "down", since: ONSET }]),
    ["dependency.down postgres-orders critical"],
  ],
  [
    "a cache is degraded",
    dependencies([{ name: "redis-sessions", state: "degraded", critical: false }]),
    ["dependency.degraded redis-sessions warning"],
  ],
  ["states unknown and healthy", dependencies([{ state: "unknown" }, { state: "healthy" }]), []],
  ["an AWS issue is open", awsEvent(), ["aws.outage postgres-orders critical"]],
  [
    "an AWS issue ended after the onset",
    awsEvent({ ended_at: after(10) }),
    ["aws.outage postgres-orders warning"],
  ],
  ["an AWS issue ended before the onset", awsEvent({ ended_at: after(-1) }), []],
  ["a scheduled change", awsEvent({ category: "scheduledChange" }), []],
  ["an AWS issue that touches nothing here", awsEvent({ affects: [] }), []],
  [
    "an order that is stuck",
    order({ status: "PENDING", error: "Database connection timeout after 30s" }),
    ["resource.failed order-service warning"],
  ],
  ["an order that failed", order({ status: "FAILED" }), ["resource.failed order-service warning"]],
  ["an order on its way", order({}), []],
  ["an order nobody knows", order({ found: false, http_status: 404, status: null }), []],
  ["a setting changed", deploys([deploy()]), ["change.config order-service info"]],
  [
    "a release",
    deploys([deploy({ changes: [{ what: "image", from: "a:1", to: "a:2" }] })]),
    ["change.deploy order-service info"],
  ],
  [
    "a flag",
    deploys([deploy({ kind: "commit", changes: [{ what: "flags.bundles", from: "off", to: "on" }] })]),
    ["change.flag order-service info"],
  ],
  [
    "a flag among other settings",
    deploys([
      deploy({
        changes: [
          { what: "env.FEATURE_BUNDLES", from: "off", to: "on" },
          { what: "env.DB_POOL_MAX", from: "40", to: "5" },
        ],
      }),
    ]),
    ["change.config order-service info"],
  ],
  ["fewer replicas", deploys([scaling()]), ["change.scaling order-service info"]],
  [
    "an autoscaler that follows its load",
    deploys([scaling({ direction: "up", by: "autoscaler" }), scaling({ direction: null, by: "autoscaler" })]),
    [],
  ],
  [
    "an autoscaler's bounds",
    deploys([deploy({ kind: "commit", changes: [{ what: "hpa.maxReplicas", from: "9", to: "3" }] })]),
    ["change.scaling order-service info"],
  ],
  ["a deploy of the day before yesterday", deploys([deploy({ at: after(-2880) })]), []],
  ["a deploy after the onset", deploys([deploy({ at: after(10) })]), []],
  [
    "documents",
    deploys([deploy({ kind: "commit", changes: [], files: ["docs/runbooks/order.md", "README.md"] })]),
    [],
  ],
];

describe("what surrounds a service", () => {
  test.each(cases)("%s", (_, observation, found) => {
    const findings = analyze(evidenceOf(observation), context);
    expect(findings.map(({ code, subject, severity }) => `${code} ${subject} ${severity}`)).toEqual(found);
  });

  test("a change tells how close it came, what it touches and who made it", () => {
    expect(analyze(evidenceOf(deploys([deploy()])), context)[0]).toMatchObject({
      confidence: 0.977,
      summary:
        'Revision 42 "Tune connection pool for smaller pods" by dana.reyes at 02:56 UTC, 4 minutes before the onset: env.DB_POOL_MAX 40 → 5',
      facts: { touches: "db_pool", minutes_before: 4, author: "dana.reyes" },
    });
  });

  test("the same dependency seen by two services is one finding that cites both", () => {
    const down = { state: "down", since: ONSET } as const;
    const findings = analyze(
      evidenceOf(dependencies([down]), dependencies([down], "payment-service")),
      context,
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]?.evidence).toHaveLength(2);
  });
});

test.each([
  [{ kind: "rollout" }, "Revision 41 "],
  [{ kind: "scaling" }, "Scaling "],
  [{ kind: "sync" }, "Argo CD sync "],
  [{ kind: "sync", state: "failed" }, "Failed Argo CD sync "],
  [{ kind: "deployment" }, "Deployment "],
  [{ kind: "deployment", state: "failed" }, "Failed deployment "],
  [{ kind: "commit" }, "Commit "],
] as const)("a change %o is told as %s", (change, words) => {
  const [found] = analyze(evidenceOf(deploys([deploy({ revision: "41", ...change })])), context);
  expect(found?.summary.startsWith(words)).toBe(true);
});

test.each<[string, Deploy, string]>([
  ["fewer replicas by hand", scaling(), "replicas"],
  ["fewer replicas by the autoscaler", scaling({ by: "autoscaler" }), "replicas"],
  ["more replicas by hand", scaling({ direction: "up" }), "replicas"],
  ["a flag", deploy({ changes: [{ what: "env.FEATURE_CACHE_V2", from: null, to: "on" }] }), "cache,flag"],
])("%s touches: %s", (_, change, touches) => {
  const [found] = analyze(evidenceOf(deploys([change])), context);
  expect(found?.facts?.touches).toBe(touches);
});

test("a policy on the network is what a change of the network touches", () => {
  const policy = deploy({
    kind: "commit",
    changes: [{ what: "kind", from: null, to: "NetworkPolicy" }],
    files: ["deploy/policy.yaml"],
  });
  const [found] = analyze(evidenceOf(deploys([policy])), context);
  expect(String(found?.facts?.touches).split(",")).toContain("network");
});
