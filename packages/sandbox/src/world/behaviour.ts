import type { ServiceData } from "../data/types.ts";
import type { Signals, Track } from "./signals.ts";

/** How a service behaves over time: what its exporters measure, before it is shared out among pods. */
export interface Behaviour {
  readonly rate: Track;
  readonly errors: Track;
  readonly latency: Track;
  readonly slowRatio: Track;
  readonly slowSeconds: Track;
  readonly cpu: Track;
  readonly memory: Track;
  readonly heap: Track;
  readonly up: Track;
  readonly poolMax: Track;
  readonly poolActive: Track;
  readonly poolPending: Track;
}

export function createBehaviour(service: ServiceData, signals: Signals): Behaviour {
  const { traffic, memory_ratio, cpu_cores, pool } = service.workload;
  const track = signals.track.bind(null, service.name);
  return {
    rate: track("requests_per_second", { base: traffic.requests_per_second, noise: 0.06, daily: 0.35 }),
    errors: track("error_ratio", { base: traffic.error_ratio, noise: 0.15, max: 1 }),
    latency: track("latency_seconds", { base: traffic.latency_seconds, noise: 0.08 }),
    slowRatio: track("slow_ratio", { base: 0, noise: 0.05, max: 1 }),
    slowSeconds: track("slow_seconds", { base: 5, noise: 0.01 }),
    cpu: track("cpu_cores", { base: cpu_cores, noise: 0.1, daily: 0.25 }),
    memory: track("memory_ratio", { base: memory_ratio, noise: 0.015, daily: 0.02, max: 1 }),
    heap: track("heap_ratio", { base: 0.45, noise: 0.2, max: 1 }),
    up: track("up", { base: 1, noise: 0 }),
    poolMax: track("pool_max", { base: pool?.max ?? 0, noise: 0 }),
    poolActive: track("pool_active", { base: pool?.active ?? 0, noise: 0.3, daily: 0.3 }),
    poolPending: track("pool_pending", { base: 0, noise: 0.3 }),
  };
}
