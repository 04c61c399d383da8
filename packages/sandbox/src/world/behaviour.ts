import type { Signal } from "../data/scenario.ts";
import type { ServiceData } from "../data/types.ts";
import type { Signals, Track, Usual } from "./signals.ts";

/** How a service behaves over time: what its exporters measure, before it is shared out among pods. */
export interface Behaviour {
  readonly rate: Track;
  readonly errors: Track;
  readonly latency: Track;
  /** A share of the requests that takes `slowSeconds` instead. */
  readonly slowRatio: Track;
  readonly slowSeconds: Track;
  readonly cpu: Track;
  /** Share of CPU periods in which the container was throttled. */
  readonly throttled: Track;
  readonly memory: Track;
  readonly heap: Track;
  /** Share of the time spent in garbage collection. */
  readonly gc: Track;
  /** Threads, goroutines or tasks at work. */
  readonly threads: Track;
  readonly loopLag: Track;
  /** Open files, as a share of the limit. */
  readonly files: Track;
  readonly disk: Track;
  readonly clockSkew: Track;
  readonly up: Track;
  readonly poolMax: Track;
  readonly poolActive: Track;
  readonly poolPending: Track;
}

const THREADS: Readonly<Record<string, number>> = { java: 92, go: 140, node: 11, python: 24, dotnet: 38 };

export function createBehaviour(service: ServiceData, signals: Signals, newest: boolean): Behaviour {
  const { traffic, memory_ratio, cpu_cores, pool } = service.workload;
  const track = (signal: Signal, usual: Usual): Track => signals.track(service.name, signal, usual, newest);
  return {
    rate: track("requests_per_second", { base: traffic.requests_per_second, noise: 0.06, daily: 0.35 }),
    errors: track("error_ratio", { base: traffic.error_ratio, noise: 0.15, max: 1 }),
    latency: track("latency_seconds", { base: traffic.latency_seconds, noise: 0.08 }),
    slowRatio: track("slow_ratio", { base: 0, noise: 0.05, max: 1 }),
    slowSeconds: track("slow_seconds", { base: 5, noise: 0.01 }),
    cpu: track("cpu_cores", { base: cpu_cores, noise: 0.1, daily: 0.25 }),
    throttled: track("throttled_ratio", { base: 0.004, noise: 0.5, max: 1 }),
    memory: track("memory_ratio", { base: memory_ratio, noise: 0.015, daily: 0.02, max: 1 }),
    heap: track("heap_ratio", { base: 0.45, noise: 0.2, max: 1 }),
    gc: track("gc_ratio", { base: 0.006, noise: 0.4, max: 1 }),
    threads: track("threads", { base: THREADS[service.language] ?? 30, noise: 0.06, daily: 0.05 }),
    loopLag: track("loop_lag_seconds", { base: 0.011, noise: 0.15 }),
    files: track("fd_ratio", { base: 0.04, noise: 0.1, max: 1 }),
    disk: track("disk_ratio", { base: 0.41, noise: 0.002, max: 1 }),
    clockSkew: track("clock_skew_seconds", { base: 0.0004, noise: 0.8 }),
    up: track("up", { base: 1, noise: 0 }),
    poolMax: track("pool_max", { base: pool?.max ?? 0, noise: 0 }),
    poolActive: track("pool_active", { base: pool?.active ?? 0, noise: 0.3, daily: 0.3 }),
    poolPending: track("pool_pending", { base: 0, noise: 0.3 }),
  };
}
