/** Metrics of `AWS/RDS` that the checks know. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export const metricNames = [
  "BinLogDiskUsage",
  "CPUUtilization",
  "CommitLatency",
  "CommitThroughput",
  "DatabaseConnections",
  "DBLoad",
  "DiskQueueDepth",
  "FreeStorageSpace",
  "FreeableMemory",
  "MaximumUsedTransactionIDs",
  "ReadIOPS",
  "ReadLatency",
  "ReadThroughput",
  "ReplicaLag",
  "SwapUsage",
  "TransactionLogsDiskUsage",
  "TransactionLogsGeneration",
  "WriteIOPS",
  "WriteLatency",
  "WriteThroughput",
] as const;

export type MetricName = (typeof metricNames)[number];
