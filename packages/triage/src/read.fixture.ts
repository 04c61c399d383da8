import { awsEvent, dependencies, health, logs, NOW, ONSET, pods, seen } from "./acme.fixture.ts";
import type { Observation } from "./evidence.ts";

const window = { from: ONSET, to: NOW };

/** Everything about order-service that may be read, and all of it well. */
export const allRead: readonly Observation[] = [
  seen("get_service_health", health()),
  seen("get_pod_status", pods([])),
  logs([]),
  seen("check_runtime_metrics", {
    service: "order-service",
    runtimes: [],
    window,
    baseline: window,
    pressures: [],
    signals: [],
    absent: [],
  }),
  dependencies([
    { name: "payment-service", type: "internal" },
    { name: "inventory-service", type: "internal" },
    { name: "postgres-orders" },
    { name: "redis-sessions", type: "cache" },
  ]),
  awsEvent({ affects: [] }),
];
