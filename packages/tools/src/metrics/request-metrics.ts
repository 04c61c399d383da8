import { type MetricsBackend, quoteLabel, type Sample } from "@oncall/backends";

/** How a service counts its requests: PromQL ready to ask. */
export interface RequestMetrics {
  /** Name of the counter. */
  readonly metric: string;
  /** Requests per second, by `statusLabel` where there is one. */
  readonly requests: (range: string) => string;
  readonly statusLabel: string | null;
  isFailure(status: string): boolean;
  /** Requests per second by `le`, cumulative; null when there is no histogram. */
  readonly buckets: ((range: string) => string) | null;
  /** What one unit of `le` is in seconds. */
  readonly secondsPerUnit: number;
  /** What a person looks at: the share of failed requests, or the requests where failure is not counted. */
  readonly graph: string;
}

interface Shape {
  readonly counter: string;
  /** Labels that may carry the status; the first one present counts. */
  readonly statusLabels: readonly string[];
  readonly failed: string;
  /** Histograms whose observations are these requests; the first one present counts. */
  readonly histograms: readonly string[];
  readonly secondsPerUnit?: number;
  /** A mesh reports by workload and not by the service's own job. */
  readonly workloadLabel?: string;
}

// One bucket tells that there is a histogram; what is no bucket has no `le`.
const ONE_BUCKET = `le=~"|[+]Inf"`;
const FAILED_HTTP = "5..";
const HTTP_STATUS = ["status", "code", "status_code", "http_status_code", "http_response_status_code"];

/** What is known, the most telling first: OpenTelemetry, Micrometer, client libraries, gRPC, mesh. */
const shapes: readonly Shape[] = [
  {
    counter: "http_server_request_duration_seconds_count",
    statusLabels: ["http_response_status_code", "http_status_code"],
    failed: FAILED_HTTP,
    histograms: ["http_server_request_duration_seconds_bucket"],
  },
  {
    counter: "http_server_requests_seconds_count",
    statusLabels: ["status"],
    failed: FAILED_HTTP,
    histograms: ["http_server_requests_seconds_bucket"],
  },
  {
    counter: "http_requests_total",
    statusLabels: HTTP_STATUS,
    failed: FAILED_HTTP,
    histograms: ["http_request_duration_seconds_bucket", "http_requests_duration_seconds_bucket"],
  },
  {
    counter: "http_request_duration_seconds_count",
    statusLabels: HTTP_STATUS,
    failed: FAILED_HTTP,
    histograms: ["http_request_duration_seconds_bucket"],
  },
  {
    counter: "grpc_server_handled_total",
    statusLabels: ["grpc_code"],
    failed: "Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded",
    histograms: ["grpc_server_handling_seconds_bucket"],
  },
  {
    counter: "istio_requests_total",
    statusLabels: ["response_code"],
    failed: FAILED_HTTP,
    histograms: ["istio_request_duration_milliseconds_bucket"],
    secondsPerUnit: 0.001,
    workloadLabel: "destination_workload",
  },
];

export interface RequestSource {
  /** Prometheus job. */
  readonly job: string;
  /** Name of the workload, for a mesh's metrics. */
  readonly workload: string;
}

/** Finds by one query which of the usual request metrics the service has at that moment; null when it has none. */
export async function discoverRequestMetrics(
  metrics: MetricsBackend,
  source: RequestSource,
  at: Date,
  signal: AbortSignal,
): Promise<RequestMetrics | null> {
  return requestMetricsFrom(await metrics.instant(discoveryQuery(source), at, signal), source);
}

export function discoveryQuery({ job, workload }: RequestSource): string {
  const names = (of: readonly Shape[]): string =>
    quoteLabel([...new Set(of.flatMap(({ counter, histograms }) => [counter, ...histograms]))].join("|"));
  const labels = [...new Set(shapes.flatMap(({ statusLabels }) => statusLabels))].join(", ");
  const own = shapes.filter((shape) => shape.workloadLabel === undefined);
  const mesh = shapes.filter((shape) => shape.workloadLabel !== undefined);
  const found = [
    `{__name__=~${names(own)},job=${quoteLabel(job)},${ONE_BUCKET}}`,
    ...mesh.map(
      (shape) => `{__name__=~${names([shape])},${shape.workloadLabel}=${quoteLabel(workload)},${ONE_BUCKET}}`,
    ),
  ];
  // `or` compares labels without the name: a mesh's series keep a status label that no other has.
  return found.map((one) => `count by (__name__, ${labels}) (${one})`).join(" or ");
}

/** The best shape among the series that the discovery query found. */
export function requestMetricsFrom(found: readonly Sample[], source: RequestSource): RequestMetrics | null {
  const of = (name: string): readonly Sample[] => found.filter(({ labels }) => labels.__name__ === name);
  const shape = shapes.find(({ counter }) => of(counter).length > 0);
  if (shape === undefined) return null;
  const { counter, failed, secondsPerUnit = 1 } = shape;
  const where =
    shape.workloadLabel === undefined
      ? `job=${quoteLabel(source.job)}`
      : `${shape.workloadLabel}=${quoteLabel(source.workload)},reporter="destination"`;
  const status = shape.statusLabels.find((label) =>
    of(counter).some(({ labels }) => (labels[label] ?? "") !== ""),
  );
  const histogram = shape.histograms.find((name) => of(name).length > 0);
  const failure = new RegExp(`^(?:${failed})$`);
  const sumOf =
    (matchers: string, by = "") =>
    (range: string) =>
      `sum${by} (rate(${matchers}[${range}]))`;
  const all = `${counter}{${where}}`;
  return {
    metric: counter,
    requests: sumOf(all, status === undefined ? "" : ` by (${status})`),
    statusLabel: status ?? null,
    isFailure: (text) => failure.test(text),
    buckets: histogram === undefined ? null : sumOf(`${histogram}{${where}}`, " by (le)"),
    secondsPerUnit,
    graph:
      status === undefined
        ? sumOf(all)("5m")
        : `${sumOf(`${counter}{${where},${status}=~"${failed}"}`)("5m")} / ${sumOf(all)("5m")}`,
  };
}
