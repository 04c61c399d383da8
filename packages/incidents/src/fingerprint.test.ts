import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.ts";
import type { Alert } from "./types.ts";

const base: Alert = {
  name: "HighErrorRate",
  status: "firing",
  severity: "critical",
  source: "alertmanager",
  labels: { service: "order-service", namespace: "orders", pod: "order-service-1" },
  values: [],
  text: "first text",
  receivedAt: "2026-01-31T03:00:00.000Z",
  links: [],
};

test.each<[string, Partial<Alert>, boolean]>([
  ["resolved instead of firing", { status: "resolved" }, true],
  [
    "later, from another pod, in other words",
    {
      receivedAt: "2026-02-01T00:00:00.000Z",
      text: "second",
      labels: { ...base.labels, pod: "order-service-2" },
    },
    true,
  ],
  ["labels in another order", { labels: { namespace: "orders", service: "order-service" } }, true],
  ["another severity", { severity: "warning", labels: { ...base.labels, severity: "warning" } }, true],
  ["another name", { name: "HighLatency" }, false],
  ["another service", { labels: { ...base.labels, service: "user-service" } }, false],
])("%s: the same alert? %#", (_, change, same) => {
  expect(fingerprintOf({ ...base, ...change }) === fingerprintOf(base)).toBe(same);
});

test("messages without labels are told apart by values, then by their words", () => {
  const bare = { ...base, labels: {} };
  expect(fingerprintOf({ ...bare, values: ["a"] })).not.toBe(fingerprintOf({ ...bare, values: ["b"] }));
  expect(fingerprintOf({ ...bare, values: ["a", "b"] })).toBe(
    fingerprintOf({ ...bare, values: ["b", "a"], text: "other" }),
  );
  expect(fingerprintOf(bare)).not.toBe(fingerprintOf({ ...bare, text: "other" }));
  const said = (text: string) => fingerprintOf({ ...bare, text });
  expect(said("RESOLVED: PoolAlmostEmpty on order-service")).toBe(
    said("PoolAlmostEmpty is FIRING on order-service, 93 %"),
  );
  expect(said("RESOLVED: PoolAlmostEmpty on order-service")).not.toBe(
    said("RESOLVED: PoolAlmostEmpty on user-service"),
  );
});
