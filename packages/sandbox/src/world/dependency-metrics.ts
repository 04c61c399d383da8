import type { Dependency } from "../data/types.ts";
import type { Series } from "../prometheus/series.ts";
import type { Signals, Track } from "./signals.ts";
import type { Timeline } from "./timeline.ts";

/** The series of a dependency's exporter; `job` is the dependency's name. A database that is down reports only that. */
export function dependencySeries(dependency: Dependency, timeline: Timeline, signals: Signals): Series[] {
  const track = signals.track.bind(null, dependency.name);
  const labels = { job: dependency.name, instance: dependency.instance };
  const up = track("up", { base: 1, noise: 0 });
  const known = (timeMs: number): boolean => timeMs >= timeline.originMs && timeMs <= timeline.now();
  const gauge = (name: string, value: Track, extra: Record<string, string> = {}): Series => ({
    labels: { __name__: name, ...labels, ...extra },
    at: (timeMs) => (known(timeMs) ? Math.round(value(timeMs)) : undefined),
  });
  const whileUp = (name: string, value: Track, extra: Record<string, string> = {}): Series => ({
    labels: { __name__: name, ...labels, ...extra },
    at: (timeMs) => (known(timeMs) && up(timeMs) >= 0.5 ? Math.round(value(timeMs)) : undefined),
  });
  // The exporter itself answers also while what it watches does not.
  const exporter = gauge("up", () => 1);
  switch (dependency.kind) {
    case "postgres":
      return [
        exporter,
        gauge("pg_up", up),
        whileUp(
          "pg_stat_activity_count",
          track("connections", { base: dependency.connections, noise: 0.1, daily: 0.2 }),
          { datname: dependency.name.replace(/^postgres-/, ""), state: "active" },
        ),
        whileUp(
          "pg_settings_max_connections",
          track("max_connections", { base: dependency.max_connections, noise: 0 }),
        ),
      ];
    case "redis":
      return [
        exporter,
        gauge("redis_up", up),
        whileUp(
          "redis_connected_clients",
          track("clients", { base: dependency.clients, noise: 0.08, daily: 0.2 }),
        ),
      ];
    case "kafka":
      return [
        exporter,
        whileUp("kafka_consumergroup_lag", track("lag", { base: dependency.lag, noise: 0.6, daily: 0.3 }), {
          consumergroup: dependency.consumer,
          topic: dependency.name,
          partition: "0",
        }),
      ];
  }
}
