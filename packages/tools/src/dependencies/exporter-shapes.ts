/** Gauges by which exporters say whether what they watch answers. */
export const UP = [
  "pg_up",
  "mysql_up",
  "redis_up",
  "mongodb_up",
  "memcached_up",
  "rabbitmq_up",
  "elasticsearch_cluster_health_up",
  "nats_up",
] as const;

/** Something that can be full. */
export interface Pressure {
  readonly used: string;
  readonly limit: string;
  readonly what: string;
  /** Whether full means trouble; a cache that is full evicts, which is its work. */
  readonly matters: boolean;
}

export const PRESSURES: readonly Pressure[] = [
  {
    used: "pg_stat_activity_count",
    limit: "pg_settings_max_connections",
    what: "connections used",
    matters: true,
  },
  {
    used: "mysql_global_status_threads_connected",
    limit: "mysql_global_variables_max_connections",
    what: "connections used",
    matters: true,
  },
  {
    used: "redis_connected_clients",
    limit: "redis_config_maxclients",
    what: "clients connected",
    matters: true,
  },
  {
    used: "redis_memory_used_bytes",
    limit: "redis_memory_max_bytes",
    what: "bytes of memory used",
    matters: false,
  },
  {
    used: "rabbitmq_process_open_fds",
    limit: "rabbitmq_process_max_fds",
    what: "file descriptors used",
    matters: true,
  },
];

/** Counters whose growth says something. */
export const COUNTS = [
  { metric: "redis_rejected_connections_total", what: "connections rejected", matters: true },
  { metric: "redis_evicted_keys_total", what: "keys evicted", matters: false },
  { metric: "pg_stat_database_deadlocks", what: "deadlocks", matters: false },
  { metric: "mysql_global_status_aborted_connects", what: "connects aborted", matters: false },
] as const;

/** Gauges that should be zero. */
export const ALARMS = [
  { metric: "kafka_topic_partition_under_replicated_partition", what: "under-replicated partitions" },
  { metric: "rabbitmq_alarms_memory_used_watermark", what: "memory alarms (publishers are blocked)" },
  { metric: "rabbitmq_alarms_free_disk_space_watermark", what: "disk alarms (publishers are blocked)" },
] as const;

/** What waits in a queue; the first one present counts. */
export const LAGS = [
  "kafka_consumergroup_lag",
  "kafka_consumergroup_lag_sum",
  "rabbitmq_queue_messages_ready",
  "rabbitmq_queue_messages",
  "aws_sqs_approximate_number_of_messages_visible_average",
] as const;

/** Every gauge and counter that is read at one time. */
export const FIGURES: readonly string[] = [
  ...UP,
  ...PRESSURES.flatMap(({ used, limit }) => [used, limit]),
  ...COUNTS.map(({ metric }) => metric),
  ...ALARMS.map(({ metric }) => metric),
];
