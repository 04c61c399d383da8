import type { Signal } from "../data/scenario.ts";
import type { Dependency } from "../data/types.ts";
import type { Series } from "../prometheus/series.ts";
import { summed } from "./grid.ts";
import type { Signals, Track, Usual } from "./signals.ts";
import { SCRAPE_MS, type Timeline } from "./timeline.ts";

/** The series of a dependency's exporter; `job` is the dependency's name. A database that is down reports only that. */
export function dependencySeries(dependency: Dependency, timeline: Timeline, signals: Signals): Series[] {
  const track = (signal: Signal, usual: Usual): Track => signals.track(dependency.name, signal, usual);
  const labels = { job: dependency.name, instance: dependency.instance };
  const up = track("up", { base: 1, noise: 0 });
  const known = (timeMs: number): boolean => timeMs >= timeline.originMs && timeMs <= timeline.now();
  const exact = (name: string, value: Track, extra: Record<string, string> = {}): Series => ({
    labels: { __name__: name, ...labels, ...extra },
    at: (timeMs) => (known(timeMs) ? value(timeMs) : undefined),
  });
  const gauge: typeof exact = (name, value, extra) => exact(name, (t) => Math.round(value(t)), extra);
  const whileUp = (name: string, value: Track, extra: Record<string, string> = {}, whole = true): Series => ({
    labels: { __name__: name, ...labels, ...extra },
    at: (t) => (known(t) && up(t) >= 0.5 ? (whole ? Math.round(value(t)) : value(t)) : undefined),
  });
  const counted = (perSecond: Track): Track =>
    summed(timeline.originMs, (t) => (perSecond(t) * SCRAPE_MS) / 1000, null);
  // The exporter itself answers also while what it watches does not.
  const exporter = gauge("up", () => 1);
  switch (dependency.kind) {
    case "postgres": {
      const datname = dependency.name.replace(/^postgres-/, "");
      const locks = track("locks", { base: 0, noise: 0.1 });
      return [
        exporter,
        gauge("pg_up", up),
        whileUp(
          "pg_stat_activity_count",
          track("connections", { base: dependency.connections, noise: 0.1, daily: 0.2 }),
          { datname, state: "active" },
        ),
        whileUp(
          "pg_settings_max_connections",
          track("max_connections", { base: dependency.max_connections, noise: 0 }),
        ),
        whileUp("pg_locks_count", locks, { datname, mode: "accessexclusivelock" }),
        whileUp(
          "pg_stat_activity_max_tx_duration",
          track("slow_query_seconds", { base: 0.4, noise: 0.5 }),
          {
            datname,
            state: "active",
          },
          false,
        ),
        whileUp("pg_stat_database_deadlocks", counted(track("deadlocks", { base: 0, noise: 0.2 })), {
          datname,
        }),
      ];
    }
    case "redis": {
      const ratio = track("hit_ratio", { base: 0.97, noise: 0.005, max: 1 });
      const perSecond = dependency.clients * 12;
      return [
        exporter,
        gauge("redis_up", up),
        whileUp(
          "redis_connected_clients",
          track("clients", { base: dependency.clients, noise: 0.08, daily: 0.2 }),
        ),
        whileUp("redis_config_maxclients", () => 10_000),
        whileUp(
          "redis_memory_used_bytes",
          scaled(track("memory_bytes_ratio", { base: 0.52, noise: 0.01, max: 1 }), 4 * 2 ** 30),
        ),
        whileUp("redis_memory_max_bytes", () => 4 * 2 ** 30),
        whileUp(
          "redis_keyspace_hits_total",
          counted((t) => perSecond * ratio(t)),
        ),
        whileUp(
          "redis_keyspace_misses_total",
          counted((t) => perSecond * (1 - ratio(t))),
        ),
        whileUp("redis_evicted_keys_total", counted(track("evictions", { base: 0, noise: 0.2 }))),
      ];
    }
    case "kafka":
      return [
        exporter,
        whileUp("kafka_consumergroup_lag", track("lag", { base: dependency.lag, noise: 0.6, daily: 0.3 }), {
          consumergroup: dependency.consumer,
          topic: dependency.name,
          partition: "0",
        }),
        gauge("kafka_brokers", scaled(up, 3)),
      ];
    case "rabbitmq": {
      const queue = { queue: dependency.name, vhost: "/" };
      const ready = track("lag", { base: dependency.ready, noise: 0.5, daily: 0.2 });
      return [
        exporter,
        gauge("rabbitmq_up", up),
        whileUp("rabbitmq_queue_messages_ready", ready, queue),
        whileUp("rabbitmq_queue_messages_unacked", () => dependency.consumers * 2, queue),
        whileUp(
          "rabbitmq_queue_consumers",
          track("consumers", { base: dependency.consumers, noise: 0 }),
          queue,
        ),
      ];
    }
    case "elasticsearch": {
      const unassigned = track("unassigned_shards", { base: 0, noise: 0 });
      return [
        exporter,
        gauge("elasticsearch_cluster_health_up", up),
        whileUp("elasticsearch_cluster_health_number_of_nodes", () => dependency.nodes),
        whileUp("elasticsearch_cluster_health_unassigned_shards", unassigned),
        whileUp(
          "elasticsearch_filesystem_data_available_bytes",
          scaled(inverse(track("disk_ratio", { base: 0.55, noise: 0.004, max: 1 })), 200 * 2 ** 30),
        ),
        whileUp("elasticsearch_filesystem_data_size_bytes", () => 200 * 2 ** 30),
      ];
    }
  }
}

function scaled(track: Track, factor: number): Track {
  return (timeMs) => track(timeMs) * factor;
}

function inverse(ratio: Track): Track {
  return (timeMs) => 1 - ratio(timeMs);
}
