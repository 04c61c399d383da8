/** What the collectors' RDS tools answer: one metric a key, or all under `aws_cloudwatch_metrics`. */
export interface RdsEvidence {
  readonly aws_cloudwatch_metrics?: { readonly metric_data_results?: readonly MetricResult[] };
  readonly aws_rds_events?: { readonly events?: readonly RdsEvent[] };
  readonly aws_performance_insights?: PerformanceInsights;
  readonly [key: string]: unknown;
}

interface MetricResult {
  readonly metric_name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly unit: string;
  readonly timestamps: readonly string[];
  readonly values: readonly number[];
}

interface RdsEvent {
  readonly date: string;
  readonly message: string;
  readonly source_identifier: string;
}

interface Share {
  readonly name: string;
  readonly db_load_avg: number;
}

interface PerformanceInsights {
  readonly db_instance_identifier: string;
  readonly db_load?: { readonly timestamps: readonly string[]; readonly values: readonly number[] };
  readonly top_sql?: readonly {
    readonly statement: string;
    readonly db_load_avg: number;
    readonly wait_events?: readonly Share[];
  }[];
  readonly top_wait_events?: readonly Share[];
  readonly top_users?: readonly Share[];
}

/** The same facts as the AWS API answers them. */
export function awsAnswers(evidence: RdsEvidence): unknown[] {
  const split = Object.entries(evidence)
    .filter(([key]) => key.startsWith("aws_cloudwatch_metrics_"))
    .map(([, value]) => value as MetricResult)
    .filter(({ values }) => values !== undefined);
  const insights = evidence.aws_performance_insights;
  return [
    {
      MetricDataResults: [...(evidence.aws_cloudwatch_metrics?.metric_data_results ?? []), ...split].map(
        metric,
      ),
    },
    { Events: (evidence.aws_rds_events?.events ?? []).map(event) },
    ...(insights === undefined ? [] : load(insights)),
  ];
}

function metric({ metric_name, dimensions, unit, timestamps, values }: MetricResult) {
  // CloudWatch's latencies are seconds.
  const scale = unit === "Milliseconds" ? 0.001 : 1;
  return {
    Label: `${metric_name} ${dimensions.find(({ Name }) => Name === "DBInstanceIdentifier")?.Value ?? ""}`,
    Timestamps: timestamps,
    Values: values.map((value) => value * scale),
  };
}

function event({ date, message, source_identifier }: RdsEvent) {
  return { Date: date, Message: message, SourceIdentifier: source_identifier };
}

function load({ db_instance_identifier: Identifier, ...told }: PerformanceInsights): unknown[] {
  const statements = told.top_sql ?? [];
  const waits = [
    ...new Set(statements.flatMap(({ wait_events = [] }) => wait_events.map(({ name }) => name))),
  ];
  return [
    {
      Identifier,
      MetricList: [
        {
          Key: { Metric: "db.load.avg" },
          DataPoints: (told.db_load?.timestamps ?? []).map((Timestamp, i) => ({
            Timestamp,
            Value: told.db_load?.values[i],
          })),
        },
      ],
    },
    {
      Identifier,
      PartitionKeys: waits.map((name) => ({ Dimensions: { "db.wait_event.name": name } })),
      Keys: statements.map(({ statement, db_load_avg, wait_events = [] }) => ({
        Dimensions: { "db.sql.statement": statement },
        Total: db_load_avg,
        Partitions: waits.map((wait) => wait_events.find(({ name }) => name === wait)?.db_load_avg ?? 0),
      })),
    },
    { Identifier, Keys: keys("db.wait_event.name", told.top_wait_events ?? []) },
    { Identifier, Keys: keys("db.user.name", told.top_users ?? []) },
  ];
}

function keys(dimension: string, shares: readonly Share[]) {
  return shares.map(({ name, db_load_avg }) => ({ Dimensions: { [dimension]: name }, Total: db_load_avg }));
}
