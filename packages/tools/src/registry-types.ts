import type { ToolResult } from "@oncall/core";

export interface CallOptions {
  /** Whose evidence this is; null for a call by hand (REST, CLI, MCP). */
  readonly investigationId?: string | null;
  readonly onset?: Date | undefined;
  /** Aborts the call together with the tool's own deadline. */
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** A tool as the model, MCP and REST are shown it. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  /** Schema of the whole envelope. */
  readonly outputSchema: object;
}

/** The only door to the tools (CONVENTIONS, "A tool"). `call` never throws for what a tool or its backend did. */
export interface Registry {
  readonly tools: readonly ToolDescription[];
  call(name: string, input: unknown, options?: CallOptions): Promise<ToolResult>;
}
