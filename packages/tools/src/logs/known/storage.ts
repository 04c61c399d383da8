import type { KnownFailure } from "./known-failure.ts";

export const storageFailures: readonly KnownFailure[] = [
  {
    name: "disk_full",
    code: "disk.full",
    severity: "critical",
    meaning: "A disk or volume has no space left.",
    hint: "Find what grew (logs, WAL, temporary files); free space or enlarge the volume.",
    patterns: [
      /no space left on device|\bENOSPC\b|\bEDQUOT\b|disk quota exceeded|disk (?:is )?full\b|(?:out of|not enough|insufficient) (?:free )?(?:disk|storage) ?space/i,
      /could not extend file|\bORA-0165[0-9]\b|filesystem (?:is )?full\b|volume (?:is )?full\b|not enough (?:free )?space/i,
      /database space exceeded|free disk space (?:is )?below|\b(?:low|high) disk watermark \[/i,
    ],
  },
  {
    name: "disk_read_only",
    code: "disk.read_only",
    severity: "critical",
    meaning: "A file system accepts no writes, by configuration or after an error of the disk.",
    hint: "Check the kernel's log for disk errors, and readOnlyRootFilesystem for a recent change.",
    patterns: [/read[- ]only file ?system|\bEROFS\b|remount(?:ing|ed) (?:filesystem )?read-only/i],
  },
  {
    name: "disk_io_error",
    code: "disk.io_error",
    severity: "critical",
    meaning: "A disk returns errors.",
    hint: "Move the work to another node or volume, then replace the disk.",
    patterns: [
      /\binput\/output error|\bI\/O error\b.{0,40}\b(?:dev|sector|block)|\bbuffer I\/O error|(?:EXT4|XFS|BTRFS)\S{0,12} error/i,
    ],
  },
];

export const searchFailures: readonly KnownFailure[] = [
  {
    name: "search_blocked",
    code: "search.unavailable",
    severity: "critical",
    meaning:
      "Elasticsearch or OpenSearch has no master, no shards, or blocks writes because its disk is full.",
    hint: "Check cluster health and disk watermarks; the block is lifted when space is free again.",
    patterns: [
      /cluster_block_exception|ClusterBlockException|flood[- ]stage (?:disk )?watermark|index read-only \/ allow delete/i,
      /master_not_discovered|MasterNotDiscovered|master not discovered|all shards failed|search_phase_execution_exception|NoShardAvailable/i,
    ],
  },
  {
    name: "search_overloaded",
    code: "search.unavailable",
    severity: "critical",
    meaning: "Elasticsearch or OpenSearch refuses work because memory or queues are full.",
    hint: "Look for heavy queries or bulk writes; check heap usage.",
    patterns: [
      /circuit_breaking_exception|CircuitBreakingException|\bdata too large, data for\b|es_rejected_execution|EsRejectedExecution/i,
    ],
  },
];
