import type { ContainerStatus, Pod } from "@oncall/backends";
import { expect, test } from "vitest";
import { tellingOutputs } from "./telling-containers.ts";

const running = (name: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  ready: true,
  restartCount: 0,
  state: { running: {} },
  ...more,
});
const crashing = (name: string, exitCode = 1): ContainerStatus => ({
  name,
  ready: false,
  restartCount: 7,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: { terminated: { reason: "Error", exitCode, finishedAt: "2026-01-31T03:00:00Z" } },
});
const restarted = (name: string): ContainerStatus =>
  running(name, { restartCount: 1, lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } });
const pod = (
  name: string,
  containerStatuses: ContainerStatus[],
  initContainerStatuses: ContainerStatus[] = [],
): Pod => ({
  metadata: { name, creationTimestamp: `2026-01-31T0${name.length}:00:00Z` },
  status: { containerStatuses, initContainerStatuses },
});

test.each([
  ["of pods that are well the newest", [pod("a", [running("app")]), pod("bb", [running("app")])], ["bb/app"]],
  [
    "crashing before restarted, none that is well, the previous run first",
    [pod("a", [running("app")]), pod("b", [restarted("app")]), pod("c", [crashing("app")])],
    ["c/app previous", "b/app previous", "b/app"],
  ],
  [
    "of several containers the one in trouble first",
    [pod("a", [running("proxy"), crashing("app")])],
    ["a/app previous", "a/proxy"],
  ],
  [
    "an init container that fails",
    [
      pod(
        "a",
        [running("app", { ready: false, state: { waiting: { reason: "PodInitializing" } } })],
        [crashing("migrate")],
      ),
    ],
    ["a/migrate previous", "a/app"],
  ],
  [
    "three pods at most",
    ["a", "b", "c", "d", "e"].map((name) => pod(name, [crashing("app")])),
    ["a/app previous", "b/app previous", "c/app previous"],
  ],
  ["none", [], []],
])("%s", (_, pods, expected) => {
  expect(
    tellingOutputs(pods, undefined).outputs.map(
      (output) => `${output.pod}/${output.container}${output.previous ? " previous" : ""}`,
    ),
  ).toEqual(expected);
});

test("one container by name, and why it is read", () => {
  const { outputs, leftOut } = tellingOutputs(
    [pod("a", [running("proxy"), crashing("app", 137)]), pod("b", [running("app")])],
    "app",
  );
  expect(outputs).toMatchObject([
    {
      container: "app",
      state:
        "waiting: CrashLoopBackOff, 7 restarts, before that Error with exit code 137 at 2026-01-31T03:00:00Z",
    },
  ]);
  expect(leftOut).toBe(1);
});
