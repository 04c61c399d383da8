import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, now, object } from "./objects.fixture.ts";

type Fields = Readonly<Record<string, unknown>>;

const because = (type: string, status: string, reason = "", seconds = 3600, message = "") => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(seconds),
});
const reports = (...conditions: Fields[]): Fields => ({ conditions });

function check(
  status: Fields | undefined,
  { spec = {}, metadata = {}, kind = "Widget", group = "widgets.example" } = {},
) {
  const apiVersion = `${group}/v1`;
  return checkObjects([{ ...object(kind, "one", { spec, status }, metadata), apiVersion }], { now }).findings;
}

test.each<[string, Fields]>([
  ["a condition that should hold and does not", reports(because("Ready", "False", "Creating"))],
  [
    "one whose reason says it failed, a minute ago",
    reports(because("Synced", "False", "ReconcileError", 90)),
  ],
  [
    "one of a type nobody knows",
    reports(because("ContinuousArchiving", "False", "ContinuousArchivingFailing")),
  ],
  ["one that tells trouble when it holds", reports(because("Stalled", "True", "RetriesExceeded"))],
  ["a type made of a word and its negation", reports(because("NotReady", "True"))],
  ["a state that is unknown because of a failure", reports(because("Launched", "Unknown", "LaunchFailed"))],
  ["a word of its own where true or false are meant", reports(because("Available", "Degraded"))],
  ["a trouble besides being ready", reports(because("Ready", "True"), because("Fallback", "True"))],
  ["a run that ended badly", reports(because("Succeeded", "False", "Failed"))],
  [
    "conditions that have no status",
    { conditions: [{ type: "ComparisonError", message: "no such repository" }] },
  ],
  ["a phase", { phase: "PartiallyFailed" }],
  ["a phase in capitals", { jobStatus: { state: "FAILED" } }],
  ["a status word under a name of its own", { ClusterStatus: "CreateFailed" }],
  ["a colour of health", { health: "red", phase: "Ready" }],
  ["a connection", { connectionState: { lastObservedState: "TRANSIENT_FAILURE" } }],
  ["an error in a field", { readyToUse: false, error: { message: "no snapshot was taken", time: ago(600) } }],
  ["a failure for good", { failureReason: "CreateError", failureMessage: "no such machine type" }],
  ["what a validation rejected", { validationMessages: [{ level: "ERROR", type: { code: "X1" } }] }],
])("reports trouble: %s", (_, status) => {
  expect(check(status)).toMatchObject([
    { code: "k8s.custom_resource", severity: "warning", subject: { kind: "Widget", name: "one" } },
  ]);
});

test.each<[string, Fields | undefined]>([
  ["nothing", undefined],
  ["being ready", reports(because("Ready", "True"), because("Degraded", "False", "NoErrors"))],
  ["not being ready yet", reports(because("Ready", "False", "Creating", 120))],
  ["a failure that is tried again", reports(because("Ready", "False", "UpgradeFailed", 20))],
  ["waiting for another for a moment", reports(because("Ready", "False", "DependencyNotReady", 90))],
  ["work under way", reports(because("Reconciling", "True", "Progressing"), because("Ready", "Unknown"))],
  ["nothing to do", reports(because("Ready", "True"), because("Active", "False", "NoTraffic"))],
  ["an upgrade that is not possible", reports(because("Upgradeable", "False", "PinnedByAdmin"))],
  ["a run that somebody cancelled", reports(because("Succeeded", "False", "Cancelled"))],
  ["a run that goes on", { phase: "Running", jobStatus: { state: "RUNNING" } }],
  ["an earlier run that failed", { phase: "Ready", lastBackupStatus: "Failed" }],
  ["an error that it got over", { ready: true, errorMessage: "timed out" }],
  ["the absence of trouble", { phase: "NoError", health: "green" }],
])("is silent about %s", (_, status) => {
  expect(check(status)).toEqual([]);
});

test.each<[string, Fields, Fields]>([
  ["its spec", { suspend: true }, {}],
  ["its spec, in other words", { paused: true }, {}],
  ["a machine that is switched off", { running: false }, {}],
  ["an annotation", {}, { annotations: { "widgets.example/paused": "true" } }],
])("what is suspended by %s is a note", (_, spec, metadata) => {
  const status = reports(because("Ready", "False", "UpgradeFailed", 3600, "chart not found"));
  expect(check(status, { spec, metadata })).toMatchObject([
    {
      severity: "info",
      summary: expect.stringContaining("is suspended, and reports Ready=False (UpgradeFailed)"),
    },
  ]);
});

test("says when, in whose words, and whether the latest change was taken up", () => {
  const status = {
    observedGeneration: 2,
    ...reports(
      because("Ready", "False", "Unready", 3600, "not all parts are ready"),
      because("Store", "False", "StoreFailed", 3500, "bucket does not exist"),
    ),
  };
  const [found] = check(status, { metadata: { generation: 3 } });
  expect(found?.since).toBe(ago(3500));
  expect(found?.summary).toContain("bucket does not exist");
  expect(found?.summary).toContain("has not taken up the latest change");
});

test.each(["Service", "Gateway", "Job", "StatefulSet"])(
  "a %s of another group is no %s of Kubernetes",
  (kind) => {
    const namesake = object(kind, "one", { spec: { type: "ExternalName", gatewayClassName: "a" } });
    const failing = {
      ...object(kind, "one", {
        spec: { selector: { app: "x" } },
        status: reports(because("Ready", "False", "RevisionFailed")),
      }),
      apiVersion: "serving.example/v1",
    };
    const about = checkObjects([namesake, failing], { now }).findings.filter(
      ({ severity }) => severity !== "info",
    );
    expect(about).toMatchObject([
      { code: "k8s.custom_resource", subject: { kind: `${kind}.serving.example` } },
    ]);
  },
);

test("a definition that is not accepted, and one whose schema is", () => {
  const define = (...conditions: Fields[]) =>
    check(reports(...conditions), { kind: "CustomResourceDefinition", group: "apiextensions.k8s.io" });
  expect(define(because("NamesAccepted", "False", "PluralConflict"))).toHaveLength(1);
  expect(define(because("Established", "True"), because("NonStructuralSchema", "True"))).toHaveLength(1);
  expect(define(because("Established", "True"), because("NamesAccepted", "True"))).toEqual([]);
});
