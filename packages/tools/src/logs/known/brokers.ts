import type { KnownFailure } from "./known-failure.ts";

export const brokerFailures: readonly KnownFailure[] = [
  {
    name: "kafka_leader",
    code: "queue.broker",
    severity: "critical",
    meaning: "A Kafka partition has no leader, or too few replicas that are in sync.",
    hint: "Check that all brokers are up; just after a topic is made it is normal for seconds.",
    patterns: [
      /LEADER_NOT_AVAILABLE|LeaderNotAvailable|leader (?:is )?not available|there is no leader for this topic/i,
      /NOT_LEADER_(?:FOR_PARTITION|OR_FOLLOWER)|NotLeader(?:For|Or)|not (?:the )?leader for (?:that|this)|NOT_ENOUGH_REPLICAS|NotEnoughReplicas/i,
      /UNKNOWN_TOPIC_OR_PARTITION|UnknownTopicOrPartition|ReplicaNotAvailable/i,
    ],
  },
  {
    name: "kafka_rebalance",
    code: "queue.rebalance",
    severity: "warning",
    meaning: "A consumer group keeps redistributing its partitions and does little work meanwhile.",
    hint: "Consumers that take too long between polls, or restart, cause it; check their health.",
    patterns: [
      /REBALANCE_IN_PROGRESS|RebalanceInProgress|group is (?:already )?rebalancing|rebalance (?:failed|timed? ?out)|Attempt to heartbeat failed/i,
      /CommitFailedException|poll timeout has expired|max\.poll\.interval\.ms|ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID|offset commit failed/i,
    ],
    anyLevel: true,
  },
  {
    name: "kafka_lag",
    code: "queue.lag",
    severity: "warning",
    meaning: "A consumer is far behind, or messages were deleted before it read them.",
    hint: "Compare the consumers' rate with the producers'; check errors that make them repeat.",
    patterns: [
      /\b(?:consumer|group|queue|partition) lag\b.{0,60}(?:exceed|too|high|above|grow)|OFFSET_OUT_OF_RANGE|OffsetOutOfRange/i,
    ],
  },
  {
    name: "rabbitmq_blocked",
    code: "queue.broker",
    severity: "critical",
    meaning:
      "RabbitMQ blocks publishers because its memory or disk ran low, or closed a channel or connection.",
    hint: "Check the queues' depth and the broker's memory and disk alarms.",
    patterns: [
      /connection\.blocked|(?:memory|disk) resource limit alarm|resource alarm (?:set|\w{1,20} on node)|publishers (?:will be|are) blocked|low on (?:memory|disk)\b/i,
      /vm_memory_high_watermark|\bamqp\w{0,40}(?:Error|Exception)\b|CHANNEL_ERROR - |PRECONDITION_FAILED - /i,
    ],
  },
  {
    name: "broker_unreachable",
    code: "queue.broker",
    severity: "critical",
    meaning: "No message broker can be reached, or it dropped the connection.",
    hint: "Check that the brokers are up and that clients reach their advertised addresses.",
    patterns: [
      /\b(?:broker|rdkafka|librdkafka|kafka\w{0,20}|GroupCoordinator|bootstrap)\b.{0,160}(?:disconnect(?:ed)?\b|may not be available|transport failure|\bdown\b|timed out|unreachable|could not be established)/i,
      /all broker(?:s| connections) (?:are )?down|KafkaJS\w{0,40}(?:Exceeded|ConnectionError)|\brdkafka#|run out of available brokers|no resolvable bootstrap|NoBrokersAvailable|KafkaTimeoutError/i,
      /failed to update metadata after|not present in metadata after|Expiring \d+ record|error while fetching metadata/i,
    ],
  },
];

export const cacheFailures: readonly KnownFailure[] = [
  {
    name: "redis_full",
    code: "cache.full",
    severity: "critical",
    meaning: "The cache has reached its memory limit and refuses writes.",
    hint: "Check maxmemory and the eviction policy; find the keys that grew.",
    patterns: [/OOM command not allowed|used memory > 'maxmemory'|out of memory storing object/i],
  },
  {
    name: "redis_read_only",
    code: "cache.unavailable",
    severity: "critical",
    meaning: "Redis refuses writes: it is a replica, or cannot persist.",
    hint: "Check which instance is master after a failover, and the disk it saves to.",
    patterns: [
      /READONLY You can't write|MISCONF Redis|\bMASTERDOWN\b|NOREPLICAS Not enough|stop-writes-on-bgsave/i,
    ],
  },
  {
    name: "redis_cluster",
    code: "cache.unavailable",
    severity: "critical",
    meaning: "The Redis cluster is down, is resharding, or the client does not follow its redirections.",
    hint: "Check cluster state and that the client is in cluster mode.",
    patterns: [
      /\bCLUSTERDOWN\b|\bMOVED \d{1,5} \S{3,}|\bASK \d{1,5} \S{3,}|too many cluster redirections|TRYAGAIN Multiple keys|LOADING Redis is loading/i,
    ],
  },
];
