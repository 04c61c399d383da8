import type { TimeWindow } from "@oncall/core";

export interface LogLine {
  /** ISO 8601. */
  readonly at: string;
  readonly level: "debug" | "info" | "warn" | "error" | "fatal" | "unknown";
  readonly message: string;
  readonly service?: string;
  readonly pod?: string;
  /** The stack trace where the shipper keeps it apart from the message. */
  readonly stack?: string;
}

export interface LogQuery {
  /** Index or index pattern, such as `prod-order-*`; Loki, which has none, selects by `service`. */
  readonly index: string;
  /** The service's name in the catalog. */
  readonly service?: string | undefined;
  /** Words or a phrase that the message must contain; always a literal, never query syntax. */
  readonly text?: string | undefined;
  /** This level and worse. */
  readonly minLevel?: "info" | "warn" | "error" | undefined;
  readonly window: TimeWindow;
  /** Newest first; at most 5,000. */
  readonly limit: number;
}

export interface LogPage {
  /** All lines that match, also those not returned. */
  readonly total: number;
  readonly lines: readonly LogLine[];
}

/** Reads of a log store (OpenSearch, Elasticsearch; later Loki). */
export interface LogsBackend {
  search(query: LogQuery, signal: AbortSignal): Promise<LogPage>;
  link(query: LogQuery): string;
}
