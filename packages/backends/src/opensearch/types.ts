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
  /** Index or index pattern, such as `prod-order-*`; needed where `needsIndex`. Loki selects by `service`. */
  readonly index?: string | undefined;
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

/** Reads of a log store (OpenSearch, Elasticsearch, Loki, or both kinds). */
export interface LogsBackend {
  /** False where a service's name is enough to find its lines. */
  readonly needsIndex: boolean;
  /** Throws invalid_input without an index, or without a service, where the store needs one. */
  search(query: LogQuery, signal: AbortSignal): Promise<LogPage>;
  link(query: LogQuery): string;
  /** What is searched, as a person names it: the index, or Loki's stream selector. */
  place(query: LogQuery): string;
}
