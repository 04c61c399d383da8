import { OBJECT_KINDS, POD_STATES, SHAPES, SIGNALS } from "./scenario.ts";

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
          signal: { enum: SIGNALS },
          shape: { enum: SHAPES },
          from: minutes,
          until: minutes,
          over: { type: "number", exclusiveMinimum: 0 },
          value: { type: "number", minimum: 0 },
          pods: { const: "new" },
        },
        ["until", "over", "pods"],
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
          rollout: object(
            {
              after: { type: "number", minimum: 0 },
              ready_seconds: { type: "number", exclusiveMinimum: 0 },
              probe_failures: { type: "integer", minimum: 0 },
              pause_seconds: { type: "number", minimum: 0 },
            },
            ["pause_seconds"],
          ),
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
          times: { type: "integer", minimum: 1 },
          pods: { type: "integer", minimum: 1 },
          liveness: text,
          message: text,
        },
        ["grows_from", "times", "pods", "liveness", "message"],
      ),
    ),
    pod_states: list(
      object(
        {
          service: text,
          state: { enum: POD_STATES },
          pods: { oneOf: [{ enum: ["new", "added"] }, { type: "integer", minimum: 1 }] },
          from: minutes,
          until: minutes,
          message: text,
        },
        ["from", "until"],
      ),
    ),
    scales: list(
      object({
        service: text,
        at: minutes,
        to: { type: "integer", minimum: 1, maximum: 20 },
        ready_seconds: { type: "number", exclusiveMinimum: 0 },
      }),
    ),
    nodes: list(
      object(
        {
          cluster: text,
          node: { type: "integer", minimum: 0 },
          condition: { enum: ["MemoryPressure", "DiskPressure", "PIDPressure", "NotReady"] },
          from: minutes,
          until: minutes,
          message: text,
        },
        ["until"],
      ),
    ),
    objects: list(
      object(
        {
          service: text,
          kind: { enum: OBJECT_KINDS },
          name: text,
          from: minutes,
          until: minutes,
          fields: { type: "object" },
        },
        ["from", "until"],
      ),
    ),
    events: list(
      object(
        {
          service: text,
          kind: {
            enum: ["Pod", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "PersistentVolumeClaim"],
          },
          type: { enum: ["Normal", "Warning"] },
          reason: text,
          message: text,
          component: text,
          from: minutes,
          until: minutes,
          every: { type: "number", exclusiveMinimum: 0 },
        },
        ["until", "every"],
      ),
    ),
    logs: list(
      object({ service: text, from: minutes, until: minutes, pods: { const: "new" }, ...logLine }, [
        "until",
        "pods",
        "stack_trace",
      ]),
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
    alerts: list(
      object(
        {
          rule: text,
          on: text,
          after: minutes,
          resolved: minutes,
          value: { type: ["number", "string"] },
          channel: { type: "string", pattern: "^#" },
        },
        ["resolved", "value", "channel"],
      ),
    ),
    alert: object({
      channel: { type: "string", pattern: "^#" },
      username: text,
      text: { type: "string" },
      attachments: list({ type: "object" }),
    }),
    truth: object(
      {
        service: { type: ["string", "null"] },
        code: { type: ["string", "null"] },
        roots: list(object({ service: text, code: text, or: list(text) }, ["or"])),
        must_mention: list(text),
        must_not_claim: list(text),
        severity: { enum: ["critical", "warning", "info"] },
        healthy: { type: "boolean" },
      },
      ["service", "code", "roots", "healthy"],
    ),
  },
  [
    ...["effects", "changes", "crashes", "pod_states", "scales", "nodes", "events", "logs"],
    ...["objects", "aws_events"],
    ...["resources", "status_pages", "alerts", "alert"],
  ],
);
