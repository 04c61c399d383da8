import type { ToolResult } from "@oncall/core";
import { describe, expect, test } from "vitest";
import {
  acmeCatalog,
  after,
  alert,
  awsEvent,
  catalogOf,
  clusterFinding,
  dependencies,
  dependency,
  deploy,
  deploys,
  failingHealth,
  health,
  line,
  logs,
  NOW,
  pod,
  pods,
  seen,
  service,
} from "./acme.fixture.ts";
import type { CallTool } from "./collect.ts";
import type { Observation } from "./evidence.ts";
import { firstLook, firstLookInTime } from "./first-look.ts";
import type { Subject } from "./resolve.ts";

const subject: Subject = {
  alert: alert({ labels: { service: "order-service" }, startedAt: after(2) }),
  question: null,
  target: null,
  startedAt: null,
};

interface World {
  readonly observations: readonly Observation[];
  readonly failures?: Readonly<Record<string, Partial<ToolResult>>>;
  /** Milliseconds that a tool takes. */
  readonly delays?: Readonly<Record<string, number>>;
}

/** Answers as the registry would: what the world holds, `no_data` for the rest. */
function toolsOf({ observations, failures = {}, delays = {} }: World): CallTool {
  return async (tool, input) => {
    const asked = (input as { service?: string }).service ?? "order-service";
    await new Promise((resolve) => setTimeout(resolve, delays[tool] ?? 0));
    const failure = failures[tool];
    if (failure !== undefined) return { state: "error", evidence: `ev_${tool}`, ...failure };
    const found = observations.find((one) => one.tool === tool && one.subject === asked);
    return found === undefined
      ? { state: "no_data", searched: `${tool} of ${asked}`, evidence: `ev_none_${tool}` }
      : { state: "ok", data: found.data, evidence: found.evidence };
  };
}

const look = (world: World, change: Partial<Parameters<typeof firstLook>[1]> = {}, what: Subject = subject) =>
  firstLook(what, {
    catalog: acmeCatalog,
    call: toolsOf(world),
    now: new Date(NOW),
    elapsed: () => 0,
    signal: new AbortController().signal,
    ...change,
  });

const people = [
  seen("get_dependents", {
    service: "order-service",
    dependents: [
      { name: "reports", team: "data", depth: 1, critical: false, path: ["reports", "order-service"] },
      { name: "web-shop", team: "web", depth: 1, critical: true, path: ["web-shop", "order-service"] },
    ],
    total: 2,
  }),
];
const wellWithRollout = [
  seen("get_service_health", health()),
  seen(
    "get_pod_status",
    pods([pod(), pod({ ready: false, created_at: after(29.5), reason: "ContainersNotReady" })], {
      rollout: "in_progress",
      updated: 1,
      rollout_started_at: after(29),
    }),
  ),
  logs([]),
  deploys([
    deploy({ at: after(-1), state: "in_progress", changes: [{ what: "image", from: "a:1", to: "a:2" }] }),
  ]),
  dependencies([{ state: "healthy" }]),
  ...people,
];
const drained = [
  seen("get_service_health", failingHealth),
  seen("get_pod_status", pods([pod(), pod()])),
  logs([line()]),
  deploys([deploy(), deploy({ at: after(-5000), revision: "39", title: "before" })]),
  dependencies([{ state: "healthy" }]),
  ...people,
];

test("a drained pool: cause, suspect, whom it hurts, what to do", async () => {
  const said = await look({ observations: drained });
  expect(said).toMatchObject({
    service: "order-service",
    verdict: "cause_found",
    onset: after(0),
    headline: expect.stringMatching(
      /^order-service is the cause: the database connection pool is exhausted since 03:01 UTC, suspect is the change at 02:56 UTC by dana/,
    ),
    owner: { team: "commerce", pagerAlias: "commerce-escalation" },
    blastRadius: ["web-shop (critical)", "reports"],
  });
  expect(said.nextSteps).toEqual([
    "Roll back order-service to revision 41: kubectl -n orders rollout undo deployment/order-service --to-revision=41",
    "Compare the pool size of order-service with its load, and look for connections that are held too long",
    "Page commerce-escalation (commerce, #commerce-oncall)",
  ]);
  expect(said.healthy.map(({ what }) => what)).toContain("Pods of order-service: 2 of 2 ready, 0 restarts");
});

test("a rollout under way is nothing wrong, and says what was checked", async () => {
  const said = await look({ observations: wellWithRollout });
  expect(said).toMatchObject({ verdict: "nothing_wrong", causes: [], symptoms: [], onset: null });
  expect(said.headline).toMatch(
    /^Nothing is wrong with order-service as far as can be seen: a rollout is under way/,
  );
  expect(said.nextSteps[0]).toContain("kubectl -n orders rollout status deployment/order-service");
  expect(said.healthy.map(({ what }) => what)).toEqual([
    "Requests of order-service: 0.1 % fail, p99 160 ms, as before",
    "Pods of order-service: 1 of 2 ready, 0 restarts; a rollout is under way since 03:29 UTC, 1 of 2 updated, which is normal",
    "Logs of order-service: no new or surging errors in 900 lines",
    "Dependencies of order-service: postgres-orders healthy",
  ]);
});

test("a fault two steps down is looked for where it is", async () => {
  const said = await look({
    observations: [
      seen("get_service_health", failingHealth),
      dependencies([{ name: "payment-service", type: "internal", state: "degraded", since: after(1) }]),
      seen(
        "get_pod_status",
        { ...pods([pod({ container: { restarts: 5 } })]), findings: [clusterFinding("k8s.oom_killed")] },
        "payment-service",
      ),
    ],
  });
  expect(said.causes[0]).toMatchObject({ service: "payment-service", code: "k8s.oom_killed" });
  expect(said.nextSteps).toContain("Page payments-escalation (payments, #payments-oncall)");
});

test.each([
  ["pods alone", ["get_pod_status"], "symptoms_only"],
  ["pods and logs", ["get_pod_status", "query_logs"], "nothing_wrong"],
  ["requests", ["get_service_health"], "nothing_wrong"],
])("an all-clear from %s: %s gives %s", async (_, tools, verdict) => {
  const said = await look({ observations: wellWithRollout.filter(({ tool }) => tools.includes(tool)) });
  expect(said.verdict).toBe(verdict);
  expect(said.headline).toMatch(/\d+ things could not be checked$/);
});

describe("how far it looks", () => {
  const degraded = (name: string) => ({
    name,
    type: "internal",
    state: "degraded" as const,
    since: after(1),
  });
  const chain = (names: readonly string[]) =>
    names.map((name, i) =>
      service(name, { dependencies: [dependency(names[(i + 1) % names.length] ?? name, "internal")] }),
    );

  test("down to depth 3, each service once, also in a circle", async () => {
    const asked: string[] = [];
    const services = chain(["order-service", "b", "c", "d", "e"]);
    const next: Record<string, string> = { "order-service": "b", b: "c", c: "d", d: "e" };
    await look(
      { observations: [] },
      {
        catalog: catalogOf(services),
        call: async (tool, input) => {
          const { service: name } = input as { service: string };
          if (tool === "get_pod_status") asked.push(name);
          if (tool !== "check_dependency_health") return { state: "no_data", evidence: "ev_n" };
          const rows = [degraded(next[name] ?? "order-service"), degraded("order-service")];
          return { state: "ok", data: dependencies(rows, name).data, evidence: `ev_${name}` };
        },
      },
    );
    expect(asked).toEqual(["order-service", "b", "c", "d"]);
  });

  test("at three unhealthy dependencies of a service, critical ones first, and says which were left", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const root = service("order-service", {
      dependencies: names.map((name) => dependency(name, "internal")),
    });
    const rows = names.map((name) => ({ ...degraded(name), critical: name === "e" }));
    const said = await look(
      { observations: [dependencies(rows)] },
      { catalog: catalogOf([root, ...names.map((name) => service(name))]) },
    );
    expect(said.unchecked).toContainEqual({
      what: "Unhealthy dependencies of order-service: c, d",
      why: "only 3 dependencies of a service at this depth are looked into",
    });
  });
});

describe("what cannot be checked is said", () => {
  test.each([
    [
      "a backend that is missing",
      { query_logs: { error: { kind: "not_configured", message: "Set OPENSEARCH_URL." } } } as const,
      "Set OPENSEARCH_URL.",
    ],
    [
      "a tool that fails",
      { query_logs: { error: { kind: "unavailable", message: "OpenSearch does not answer." } } } as const,
      "OpenSearch does not answer.",
    ],
  ])("%s", async (_, failures, why) => {
    const said = await look({ observations: wellWithRollout, failures });
    expect(said.unchecked).toContainEqual({ what: "Logs of order-service", why });
    expect(said.verdict).toBe("nothing_wrong");
  });

  test("a tool that throws, one that is late, a state nobody knows", async () => {
    const tools = toolsOf({
      observations: [...wellWithRollout, awsEvent({ affects: [] })],
      delays: { get_service_health: 400 },
    });
    const said = await look(
      { observations: [] },
      {
        budgetMs: 160,
        call: async (tool, input) => {
          if (tool === "get_pod_status") throw new Error("socket hang up");
          if (tool !== "check_dependency_health") return tools(tool, input);
          const { data } = dependencies([
            { state: "unknown", facts: ["no exporter is scraped under this name"] },
          ]);
          return { state: "ok", data, evidence: "ev_d" };
        },
      },
    );
    expect(said.unchecked).toEqual([
      {
        what: "Request metrics of order-service",
        why: "it did not answer within the time of the first look",
      },
      { what: "Pods of order-service", why: "socket hang up" },
      {
        what: "Runtime of order-service",
        why: "nothing was found: check_runtime_metrics of order-service",
      },
      {
        what: "Who is responsible for order-service",
        why: "nothing was found: get_escalation_path of order-service",
      },
      {
        what: "Earlier incidents of order-service",
        why: "nothing was found: get_alert_history of order-service",
      },
      { what: "Dependency postgres-orders (database)", why: "no exporter is scraped under this name" },
    ]);
    expect(said.verdict).toBe("symptoms_only");
    expect(said.headline).toContain("could not be judged");
  });
});

/** A world in which several services are looked into, one of them reached in two ways. */
const spreading = [
  ...drained.filter(({ tool }) => tool !== "check_dependency_health"),
  dependencies([
    { name: "payment-service", type: "internal", state: "degraded", since: after(1) },
    { name: "inventory-service", type: "internal", state: "down", since: after(1) },
  ]),
  dependencies(
    [{ name: "inventory-service", type: "internal", state: "down", since: after(1) }],
    "payment-service",
  ),
  seen("get_service_health", failingHealth, "payment-service"),
  logs([line()], "inventory-service"),
  seen("get_pod_status", pods([pod({ container: { restarts: 5 } })]), "inventory-service"),
];

/** Every answer waits until it is its turn, in an order that the seed decides. */
function inAnyOrder(world: World, seed: number): CallTool {
  const tools = toolsOf(world);
  const waiting: (() => void)[] = [];
  let state = seed;
  const releaseOne = (): void => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    waiting.splice(state % waiting.length, 1)[0]?.();
    if (waiting.length > 0) setImmediate(releaseOne);
  };
  return async (tool, input) => {
    const answer = await tools(tool, input);
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(releaseOne);
    });
    return answer;
  };
}

test("the same evidence gives the same answer, byte for byte, in whatever order it arrives", async () => {
  const world = { observations: spreading };
  const expected = JSON.stringify(await look(world));
  expect(expected).toContain("inventory-service");
  for (let seed = 1; seed <= 40; seed++) {
    const said = await look(world, { call: inAnyOrder(world, seed) });
    expect(JSON.stringify(said), `order ${seed}`).toBe(expected);
  }
});

describe("what misses the budget", () => {
  /** The first look's time is over at once; what `held` names answers only when it is let go. */
  async function lookWithout(held: string, answer: (result: ToolResult) => ToolResult = (result) => result) {
    const tools = toolsOf({ observations: drained });
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inTime = await firstLookInTime(subject, {
      catalog: acmeCatalog,
      call: async (tool, input) => {
        if (tool === held) await gate;
        return tool === held ? answer(await tools(tool, input)) : await tools(tool, input);
      },
      now: new Date(NOW),
      budgetMs: 200,
      lateMs: 60_000,
      elapsed: () => 0,
      signal: new AbortController().signal,
    });
    release();
    return inTime;
  }

  test("is listed, then looked at once it is there", async () => {
    const { said, late } = await lookWithout("query_logs");
    expect(said.unchecked).toContainEqual({
      what: "Logs of order-service",
      why: "it did not answer within the time of the first look",
    });
    expect(said.causes[0]?.code).not.toBe("db.pool_exhausted");
    const appended = await late;
    expect(appended?.look.causes[0]).toMatchObject({ service: "order-service", code: "db.pool_exhausted" });
    expect(appended?.changes).toEqual([
      "Most likely is now order-service: the database connection pool is exhausted; before, order-service: configuration changed shortly before the onset",
      "Answered late, and taken into account: Logs of order-service",
    ]);
    expect(JSON.stringify({ ...appended?.look, tookMs: 0 })).toBe(
      JSON.stringify({ ...(await look({ observations: drained })), tookMs: 0 }),
    );
  });

  test("and changes nothing leaves nothing to say", async () => {
    const failed: ToolResult = {
      state: "error",
      error: { kind: "unavailable", message: "OpenSearch is down" },
      evidence: "ev_x",
    };
    const { late } = await lookWithout("query_logs", () => failed);
    expect(await late).toBeNull();
  });

  test("is nothing where all answered in time", async () => {
    const { said, late } = await lookWithout("no tool");
    expect(await late).toBeNull();
    expect(said.causes[0]?.code).toBe("db.pool_exhausted");
  });
});

test.each([
  ["an alert that names nothing", acmeCatalog, { alert: alert({ text: "the coffee machine is on fire" }) }],
  ["an empty catalog", catalogOf([]), {}],
  [
    "hostile text",
    acmeCatalog,
    { alert: alert({ name: "\u0000".repeat(5000), text: `${"A-".repeat(500_000)}\ud800` }) },
  ],
])("%s: no known service, and no call is made", async (_, catalog, change) => {
  const call: CallTool = () => Promise.reject(new Error("nothing to ask about"));
  const said = await look({ observations: [] }, { catalog, call }, { ...subject, ...change });
  expect(said).toMatchObject({ service: null, verdict: "unknown_service", causes: [] });
  expect(said.headline).toMatch(/^No known service is named here/);
  expect(said.resolution.length).toBeLessThan(800);
});

test("stops when it is told to", async () => {
  const stop = new AbortController();
  const running = look({ observations: drained, delays: { query_logs: 50 } }, { signal: stop.signal });
  stop.abort(new Error("shutting down"));
  await expect(running).rejects.toThrow("shutting down");
});

test("so many calls on one signal are no leak to warn of", async () => {
  const warned: string[] = [];
  const onWarning = (warning: Error) => warned.push(warning.name);
  process.on("warning", onWarning);
  const tools = toolsOf({ observations: drained });
  await look(
    { observations: drained },
    {
      call: async (tool, input, options) => {
        for (let i = 0; i < 5; i++) options?.signal?.addEventListener("abort", () => undefined);
        return await tools(tool, input, options);
      },
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  expect(warned).toEqual([]);
});

test("what a tool could not read of the cluster is said", async () => {
  const unread = [{ what: "events", why: "the API server refuses to list them" }];
  const said = await look({ observations: [seen("get_pod_status", { ...pods([pod()]), unread })] });
  expect(said.unchecked).toContainEqual({
    what: "events of order-service",
    why: "the API server refuses to list them",
  });
});
