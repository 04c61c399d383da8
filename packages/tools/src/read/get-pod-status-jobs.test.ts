import { createHttp, createKubernetes } from "@oncall/backends";
import { afterAll, expect, test } from "vitest";
import type { PodStatus } from "../outputs/index.ts";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { json, type Route, startServer } from "../testing/server.ts";

const entry = entryFrom(`
name: report
team: data
slack_channel: "#data"
pager_alias: data
deployment: { kubernetes: { cluster: eu, namespace: data, workload: report } }
`);
const http = createHttp({ retries: 0 });
const closing: (() => Promise<void>)[] = [() => http.close()];
afterAll(() => Promise.all(closing.map((close) => close())));

const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });
const cronJob = {
  metadata: { name: "report", namespace: "data" },
  spec: { schedule: "0 * * * *", jobTemplate: {} },
  status: { lastScheduleTime: "2026-01-31T02:00:00Z" },
};
const job = (name: string, startTime: string, type: "Complete" | "Failed") => ({
  metadata: { name, namespace: "data", creationTimestamp: startTime, ...owned("CronJob", "report") },
  spec: {},
  status: {
    startTime,
    ...(type === "Failed" ? { failed: 1 } : { succeeded: 1 }),
    conditions: [
      {
        type,
        status: "True",
        reason: "BackoffLimitExceeded",
        lastTransitionTime: startTime,
        message: "gave up",
      },
    ],
  },
});
const pod = (name: string, owner: string, exitCode: number) => ({
  metadata: { name, namespace: "data", ...owned("Job", owner) },
  spec: { containers: [{ name: "report", image: "report:1" }] },
  status: {
    phase: exitCode === 0 ? "Succeeded" : "Failed",
    containerStatuses: [
      {
        name: "report",
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode, reason: exitCode === 0 ? "Completed" : "Error" } },
      },
    ],
  },
});

async function podStatus(
  routes: readonly (readonly [RegExp, Route])[],
  input: object = { service: "report" },
) {
  const server = await startServer([
    ...routes,
    [/\/(?:deployments|statefulsets|daemonsets)\/[\w-]+$/, json({}, 404)],
    [/./, json({ items: [] })],
  ]);
  closing.push(server.close);
  const registry = createRegistry({
    deps: {
      catalog: catalogOf([entry]),
      kubernetes: createKubernetes({ http, clusters: [{ name: "eu", url: server.url, token: "t" }] }),
    },
    evidence: memoryEvidence(),
    now: () => new Date("2026-01-31T02:30:00Z"),
  });
  return await registry.call("get_pod_status", input, { deadlineMs: 3_000 });
}

const runs = [
  job("report-3", "2026-01-31T02:00:00Z", "Failed"),
  job("report-2", "2026-01-31T01:00:00Z", "Failed"),
  job("report-1", "2026-01-31T00:00:00Z", "Complete"),
];
const all: readonly (readonly [RegExp, Route])[] = [
  [/\/cronjobs/, json({ items: [cronJob] })],
  [
    /\/jobs/,
    json({
      items: [
        ...runs,
        {
          ...job("other-1", "2026-01-31T02:10:00Z", "Failed"),
          metadata: { name: "other-1", namespace: "data" },
        },
      ],
    }),
  ],
  [
    /\/pods/,
    json({
      items: [
        pod("report-3-x", "report-3", 1),
        pod("report-1-x", "report-1", 0),
        pod("other-1-x", "other-1", 1),
      ],
    }),
  ],
];

test("a CronJob: its last runs, their pods, and what is wrong with them", async () => {
  const { data } = await podStatus(all);
  const { workload, pods, findings, totals } = data as PodStatus;
  expect(workload).toMatchObject({ kind: "CronJob", name: "report", rollout: "complete" });
  expect(workload.rollout_note).toBe(
    'Schedule "0 * * * *". Last run report-3 at 2026-01-31T02:00:00.000Z failed; of the last 3, 2 failed.',
  );
  expect(pods.map(({ name }) => name)).toEqual(["report-3-x", "report-1-x"]);
  expect(totals).toMatchObject({ pods: 2, completed: 1 });
  expect(findings.map(({ code }) => code)).toContain("k8s.cronjob_failing");
  expect(JSON.stringify(findings)).not.toContain("other-1");
});

test("a Job on its own", async () => {
  const { data } = await podStatus(all, { cluster: "eu", namespace: "data", workload: "other-1" });
  expect((data as PodStatus).workload).toMatchObject({ kind: "Job", name: "other-1" });
  expect((data as PodStatus).pods.map(({ name }) => name)).toEqual(["other-1-x"]);
});

test("neither workload nor job of that name", async () => {
  const { state, error } = await podStatus([]);
  expect(state).toBe("error");
  expect(error?.message).toContain('no Deployment, StatefulSet, DaemonSet, CronJob or Job "report"');
});
