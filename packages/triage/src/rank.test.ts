import { describe, expect, test } from "vitest";
import {
  after,
  awsEvent,
  clusterFinding,
  context,
  dependencies,
  deploy,
  deploys,
  evidenceOf,
  failingHealth,
  graph,
  line,
  logs,
  ONSET,
  pods,
  seen,
} from "./acme.fixture.ts";
import { analyze } from "./analyze.ts";
import { candidatesOf } from "./candidates.ts";
import type { Observation } from "./evidence.ts";
import { inBits } from "./in-bits.ts";
import { rank } from "./rank.ts";
import { rankServices } from "./ranking/index.ts";

const failing = seen("get_service_health", failingHealth);
const failingPayments = seen("get_service_health", failingHealth, "payment-service");
const pool = logs([line()]);
const poolChange = deploys([deploy()]);
const release = {
  changes: [{ what: "image", from: "payment:2.14.0", to: "payment:2.15.0" }],
  title: "2.15.0",
};
const oomOf = (subject: string) =>
  seen(
    "get_pod_status",
    { ...pods([]), findings: [clusterFinding("k8s.oom_killed"), clusterFinding("k8s.crash_loop")] },
    subject,
  );
const paymentDown = dependencies([
  { name: "payment-service", type: "internal", state: "degraded", since: after(1) },
]);
const databaseDown = dependencies([{ state: "down", since: after(-3), facts: ["pg_up is 0"] }]);
const refused = logs([
  line({ known_as: "db.connection_refused", example: "Connection to postgres-orders:5432 refused" }),
]);

const ranked = (...observations: Observation[]) =>
  rank(analyze(evidenceOf(...observations), context), evidenceOf(...observations), graph, context);

const cases: [string, Observation[], string[]][] = [
  [
    "a drained pool after its size was changed",
    [failing, pool, poolChange],
    ["db.pool_exhausted order-service"],
  ],
  [
    "waits for the database are the pool's",
    [
      failing,
      pool,
      logs([line({ known_as: "db.connection_timeout", example: "postgres-orders: timed out" })]),
    ],
    ["db.pool_exhausted order-service"],
  ],
  [
    "an AWS outage under a database explains all above it",
    [failing, refused, pool, databaseDown, awsEvent()],
    ["aws.outage postgres-orders"],
  ],
  [
    "a database that refuses, without AWS",
    [failing, refused, databaseDown],
    ["db.connection_refused postgres-orders"],
  ],
  [
    "a killed container, not that it crashes",
    [failingPayments, oomOf("payment-service")],
    ["k8s.oom_killed payment-service"],
  ],
  [
    "memory, told by kernel and runtime",
    [failing, oomOf("order-service"), logs([line({ known_as: "app.out_of_memory" })])],
    ["k8s.oom_killed order-service"],
  ],
  [
    "a dependency's fault, not its effect here",
    [failing, paymentDown, failingPayments, oomOf("payment-service")],
    ["k8s.oom_killed payment-service"],
  ],
  [
    "a release is not blamed for an AWS outage",
    [failing, awsEvent(), deploys([deploy(release)])],
    ["aws.outage postgres-orders"],
  ],
  [
    "a dependency that is degraded, nothing else known",
    [failing, paymentDown],
    ["dependency.degraded payment-service"],
  ],
  [
    "two faults that do not explain each other",
    [failing, pool, oomOf("inventory-service")],
    ["db.pool_exhausted order-service", "k8s.oom_killed inventory-service"],
  ],
  [
    "a close release alone, where nothing better is known",
    [failing, deploys([deploy(release)])],
    ["change.deploy order-service"],
  ],
  [
    "a cache that is down by its own measure, not that callers are refused",
    [
      failing,
      dependencies([{ name: "redis-sessions", type: "cache", state: "down", since: after(-1) }]),
      logs([line({ known_as: "network.refused", example: "redis-sessions:6379: connection refused" })]),
    ],
    ["cache.unavailable redis-sessions"],
  ],
  [
    "what cannot be reached although it is well: the way there, at the caller's end",
    [
      failing,
      dependencies([{ state: "healthy", facts: ["pg_up is 1"] }]),
      logs([line({ known_as: "db.connection_timeout", example: "connect to postgres-orders timed out" })]),
    ],
    ["db.connection_timeout order-service"],
  ],
  [
    "a stampede, not the pool and the database it overruns",
    [
      failing,
      pool,
      logs([line({ known_as: null, example: "cache stampede on product:1" })]),
      dependencies([{ state: "degraded", since: after(2), facts: ["143 of 150 connections used"] }]),
    ],
    ["cache.stampede order-service"],
  ],
  [
    "locks, not the pool whose connections they hold",
    [failing, pool, logs([line({ known_as: "db.lock_contention" })])],
    ["db.lock_contention order-service"],
  ],
  [
    "full connections, not the pools of those who wait for one",
    [failing, pool, logs([line({ known_as: "db.too_many_connections", example: "too many clients" })])],
    ["db.too_many_connections postgres-orders"],
  ],
  [
    "a claim without a volume, not that its pods cannot be scheduled",
    [
      failing,
      seen("get_pod_status", {
        ...pods([]),
        findings: [clusterFinding("k8s.pvc_pending"), clusterFinding("k8s.unschedulable")],
      }),
    ],
    ["k8s.pvc_pending order-service"],
  ],
  ["no cause: a release long before", [failing, deploys([deploy({ ...release, at: after(-600) })])], []],
  ["no cause: symptoms alone", [failing, logs([line({ known_as: null })])], []],
  [
    "no cause: a degraded dependency nobody suffers from",
    [dependencies([{ name: "redis-sessions", state: "degraded" }])],
    [],
  ],
  ["no cause: a deploy and no symptom", [poolChange], []],
];

describe("what is found", () => {
  test.each(cases)("%s", (_, observations, causes) => {
    expect(ranked(...observations).causes.map(({ code, service }) => `${code} ${service}`)).toEqual(causes);
  });
});

describe("the suspect change", () => {
  test("that touches the fault is the suspect, cited, and makes it surer", () => {
    const [alone] = ranked(failing, pool, paymentDown).causes;
    const [cause] = ranked(failing, pool, paymentDown, poolChange).causes;
    expect(cause?.change).toMatchObject({
      service: "order-service",
      author: "dana.reyes",
      evidence: "ev_get_recent_deploys_order-service",
    });
    expect(cause?.evidence).toContain("ev_get_recent_deploys_order-service");
    expect(cause?.confidence).toBeGreaterThan(alone?.confidence ?? 1);
    expect(cause?.why).toContain("A change of db pool came 4 minutes before the onset");
  });

  test.each([
    [
      "a release two hours before a kill",
      oomOf("payment-service"),
      deploy({ ...release, at: after(-120) }),
      true,
    ],
    [
      "a probe's path and a drained pool",
      pool,
      deploy({ changes: [{ what: "readinessProbe.path", from: "/a", to: "/b" }] }),
      false,
    ],
    ["a release and an AWS outage", awsEvent(), deploy(release), false],
  ])("%s", (_, fault, change, suspected) => {
    const subject = fault.tool === "get_pod_status" ? "payment-service" : "order-service";
    const [cause] = ranked(failing, failingPayments, fault, deploys([change], subject)).causes;
    expect(cause?.change !== undefined).toBe(suspected);
  });

  test("has its author from the commit and its time from the rollout", () => {
    const rollout = deploy({ commit: null, author: null });
    const commit = deploy({ kind: "commit", at: after(-9), revision: null });
    expect(ranked(failing, pool, deploys([commit, rollout])).causes[0]?.change).toMatchObject({
      at: after(-4),
      author: "dana.reyes",
      commit: "9f1c2ab04d",
    });
  });
});

describe("why", () => {
  test("says what decided: kinds of evidence, who saw calls fail, what stands next", () => {
    const [cause] = ranked(failing, refused, databaseDown, awsEvent(), paymentDown).causes;
    expect(cause?.why).toEqual([
      "It is a fault in itself, not an effect",
      "It began 4 minutes before the onset, so the times fit",
      expect.stringMatching(/^It explains "the database refuses connections" on postgres-orders/),
      "AWS Health, logs and failing requests point to postgres-orders",
      "Calls to it go wrong, as seen by order-service",
      "Next is payment-service, with 50 % of the weight of evidence",
    ]);
  });

  test("of what stands second names what stands above it", () => {
    const [, second] = ranked(failing, pool, oomOf("inventory-service")).causes;
    expect(second?.why.at(-1)).toMatch(/^order-service stands above it: \d+ % of that weight is here$/);
  });
});

describe("where", () => {
  test.each(cases)("%s: in the order of rankServices", (_, observations, causes) => {
    const evidence = evidenceOf(...observations);
    const candidates = candidatesOf(analyze(evidence, context), graph, ONSET);
    const nodes = [...graph.nodes.keys()];
    const calls = nodes.flatMap((node) => graph.dependenciesOf(node).map((to) => [node, to] as const));
    const order = rankServices({
      graph: { services: nodes, calls },
      evidence: inBits(evidence, candidates, ONSET),
      symptom: graph.root,
    }).map(({ service }) => service);
    const named = causes.map((cause) => cause.split(" ")[1] ?? "");
    expect(named).toEqual(order.filter((service) => named.includes(service)));
  });
});

describe("the same evidence", () => {
  const all: Observation[] = [
    failing,
    failingPayments,
    refused,
    pool,
    poolChange,
    databaseDown,
    awsEvent(),
    paymentDown,
    oomOf("payment-service"),
    dependencies([{ state: "down", since: after(-3), facts: ["no connection"] }], "payment-service"),
    deploys([deploy(release)], "payment-service"),
  ];

  test.each([1, 2, 3, 4, 5, 6, 7])("in order of arrival %d gives the same bytes", (step) => {
    // Steps that have no divisor in common with 11 visit every place once.
    const shuffled = all.flatMap((_, at) => all[(at * step + step) % all.length] ?? []);
    const said = (observations: Observation[]) =>
      JSON.stringify([analyze(evidenceOf(...observations), context), ranked(...observations)]);
    expect(shuffled).toHaveLength(all.length);
    expect(said(shuffled)).toBe(said(all));
    expect(said([...all].reverse())).toBe(said(all));
  });
});
