/** One of the usual ways to count requests. */
export interface RequestShape {
  readonly counter: string;
  /** Labels that may carry the status; the first one present counts. */
  readonly statusLabels: readonly string[];
  /** Values of the status that mean failure, as an anchored regular expression. */
  readonly failed: string;
  /** Durations of these requests: histograms or summaries, without `_bucket` or `_sum`; the first one present counts. */
  readonly durations: readonly string[];
  readonly secondsPerUnit: number;
  /** Label that says whose requests they are: a mesh reports by workload and not by the service's own job. */
  readonly owner: "job" | "destination_workload";
  /** Matchers that keep each request from being counted twice. */
  readonly where: string;
}

const HTTP_STATUS = ["status", "code", "status_code", "http_status_code", "http_response_status_code"];
const own = { owner: "job", where: "", failed: "5..", secondsPerUnit: 1 } as const;

/**
 * What is known, the most telling first: OpenTelemetry (newer and older names), Micrometer, client libraries, gRPC,
 * mesh. Names as Prometheus stores them.
 */
export const requestShapes: readonly RequestShape[] = [
  {
    ...own,
    counter: "http_server_request_duration_seconds_count",
    statusLabels: ["http_response_status_code", "http_status_code"],
    durations: ["http_server_request_duration_seconds"],
  },
  {
    ...own,
    counter: "http_server_duration_milliseconds_count",
    statusLabels: ["http_status_code", "http_response_status_code"],
    durations: ["http_server_duration_milliseconds"],
    secondsPerUnit: 0.001,
  },
  {
    ...own,
    counter: "http_server_requests_seconds_count",
    statusLabels: ["status"],
    durations: ["http_server_requests_seconds"],
  },
  {
    ...own,
    counter: "http_requests_total",
    statusLabels: HTTP_STATUS,
    durations: ["http_request_duration_seconds", "http_requests_duration_seconds"],
  },
  {
    ...own,
    counter: "http_request_duration_seconds_count",
    statusLabels: HTTP_STATUS,
    durations: ["http_request_duration_seconds"],
  },
  {
    ...own,
    counter: "grpc_server_handled_total",
    statusLabels: ["grpc_code"],
    failed: "Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded",
    durations: ["grpc_server_handling_seconds"],
  },
  {
    ...own,
    counter: "rpc_server_duration_milliseconds_count",
    statusLabels: ["rpc_grpc_status_code"],
    // The same five by number: https://grpc.io/docs/guides/status-codes/
    failed: "2|4|13|14|15",
    durations: ["rpc_server_duration_milliseconds"],
    secondsPerUnit: 0.001,
  },
  {
    ...own,
    counter: "istio_requests_total",
    statusLabels: ["response_code"],
    durations: ["istio_request_duration_milliseconds"],
    secondsPerUnit: 0.001,
    owner: "destination_workload",
    // The caller's side reports the same request once more.
    where: 'reporter="destination"',
  },
];
