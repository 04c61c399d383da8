const text = { type: "string", minLength: 1 };
const minutes = { type: "number" };
const stringMap = { type: "object" };

function object(properties: Record<string, unknown>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", properties, required, additionalProperties: false };
}

function list(items: unknown) {
  return { type: "array", items };
}

const logLine = {
  level: { enum: ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"] },
  logger: text,
  per_minute: { type: "number", minimum: 0, maximum: 600 },
  message: text,
  stack_trace: text,
};

/** JSON Schema of `scenario.yaml`. Times are minutes after the onset; negative ones lie before it. */
export const scenarioSchema = object(
  {
    title: text,
    onset_minutes_ago: { type: "number", exclusiveMinimum: 0, maximum: 720 },
    effects: list(
      object(
        {
          on: text,
          signal: {
            enum: [
              ...[
                "up",
                "requests_per_second",
                "error_ratio",
                "latency_seconds",
                "slow_ratio",
                "slow_seconds",
              ],
              ...["memory_ratio", "heap_ratio", "cpu_cores", "pool_max", "pool_active", "pool_pending"],
              ...["connections", "max_connections", "clients", "lag"],
            ],
          },
          shape: { enum: ["step", "ramp", "saturate", "leak"] },
          from: minutes,
          until: minutes,
          over: { type: "number", exclusiveMinimum: 0 },
          value: { type: "number", minimum: 0 },
        },
        ["until", "over"],
      ),
    ),
    changes: list(
      object(
        {
          repository: { type: "string", pattern: "^[^/]+/[^/]+$" },
          author: text,
          at: minutes,
          message: text,
          edits: {
            ...list({
              oneOf: [
                object({ path: text, find: text, replace: { type: "string" } }),
                object({ path: text, content: text }),
              ],
            }),
            minItems: 1,
          },
          rollout: object({
            after: { type: "number", minimum: 0 },
            ready_seconds: { type: "number", exclusiveMinimum: 0 },
            probe_failures: { type: "integer", minimum: 0 },
          }),
        },
        ["rollout"],
      ),
    ),
    crashes: list(
      object(
        {
          service: text,
          reason: { enum: ["OOMKilled", "Error"] },
          exit_code: { type: "integer" },
          first: minutes,
          every: { type: "number", minimum: 1 },
          stagger: { type: "number", minimum: 0 },
          down_seconds: { type: "number", minimum: 0, maximum: 300 },
          grows_from: minutes,
        },
        ["grows_from"],
      ),
    ),
    logs: list(
      object({ service: text, from: minutes, until: minutes, ...logLine }, ["until", "stack_trace"]),
    ),
    aws_events: list(
      object(
        {
          service: text,
          code: text,
          category: { enum: ["issue", "accountNotification", "scheduledChange", "investigation"] },
          region: text,
          started: minutes,
          ended: minutes,
          description: text,
          entities: list(text),
        },
        ["ended", "entities"],
      ),
    ),
    resources: stringMap,
    status_pages: {
      type: "object",
      additionalProperties: object({
        indicator: { enum: ["none", "minor", "major", "critical"] },
        description: text,
      }),
    },
    alert: object({
      channel: { type: "string", pattern: "^#" },
      username: text,
      text: { type: "string" },
      attachments: list({ type: "object" }),
    }),
    truth: object({
      service: { type: ["string", "null"] },
      code: { type: ["string", "null"] },
      must_mention: list(text),
      must_not_claim: list(text),
      severity: { enum: ["critical", "warning", "info"] },
      healthy: { type: "boolean" },
    }),
  },
  ["effects", "changes", "crashes", "logs", "aws_events", "resources", "status_pages"],
);
