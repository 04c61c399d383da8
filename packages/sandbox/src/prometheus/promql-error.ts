export type PromqlErrorType = "bad_data" | "execution";

/** An error in the words and the class that Prometheus's HTTP API answers with. */
export class PromqlError extends Error {
  readonly errorType: PromqlErrorType;

  constructor(errorType: PromqlErrorType, message: string) {
    super(message);
    this.name = "PromqlError";
    this.errorType = errorType;
  }
}

/** A parse error at an offset into the query; the message leads with line and column, both from 1. */
export function parseError(query: string, offset: number, message: string): PromqlError {
  const before = query.slice(0, offset).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new PromqlError("bad_data", `${before.length}:${column}: parse error: ${message}`);
}

export function executionError(message: string): PromqlError {
  return new PromqlError("execution", message);
}
