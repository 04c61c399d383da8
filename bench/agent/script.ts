import { setTimeout as delay } from "node:timers/promises";
import type { Template, Turn } from "@oncall/sandbox";

/** How long the scripted model takes for an answer, milliseconds; a real one takes seconds. */
const ANSWER_MS = 800;

const about = { service: "{{service}}" };

/**
 * Four turns and eight tool calls, as a model goes about an exhausted pool: is it still so, what do the logs say, what
 * changed; then the pods, what it depends on and the evidence under the first cause; then the runtime and who suffers.
 */
const turns: readonly (readonly Template[])[] = [
  [
    {
      text: "The first look holds a shrunken pool for the cause. Testing that against health, logs and changes.",
    },
    { tool_use: "get_service_health", input: about },
    { tool_use: "query_logs", input: { ...about, level: "error" } },
    { tool_use: "get_recent_deploys", input: about },
  ],
  [
    { text: "The change fits. Ruling out pods and dependencies, and reading what the first cause rests on." },
    { tool_use: "get_pod_status", input: about },
    { tool_use: "check_dependency_health", input: about },
    { tool_use: "get_evidence", input: { evidence: "{{first_look:/causes/0/evidence/0}}" } },
  ],
  [
    { text: "Pods and dependencies are well. How full is the pool, and whom does it reach?" },
    { tool_use: "check_runtime_metrics", input: about },
    { tool_use: "get_dependents", input: about },
  ],
  [
    {
      tool_use: "submit_diagnosis",
      input: {
        headline: "order-service has run out of database connections since its pool was cut from 40 to 5.",
        root_causes: [
          {
            service: "{{service}}",
            code: "db.pool_exhausted",
            confidence: 0.95,
            statement: "The pool was cut to 5 connections; all are in use and callers time out after 30 s.",
            citations: [
              "{{cite:query_logs:/data/patterns/0/count}}",
              "{{cite:get_recent_deploys:/data/deploys/0/changes/0/to}}",
              "{{cite:get_recent_deploys:/data/deploys/0/at}}",
            ],
          },
        ],
        suspect_change: {
          service: "{{service}}",
          at: "2026-11-20T13:12:00Z",
          summary: "DB_POOL_MAX 40 → 5",
          citations: ["{{cite:get_recent_deploys:/data/deploys/0/title}}"],
        },
        first_look: { agrees: true, why: "Logs, deploys and the pool's own metric say the same." },
        impact: "About 20 % of requests fail and p99 latency is near 30 s.",
        blast_radius: ["api-gateway"],
        ruled_out: [
          {
            statement: "Not the pods: all are ready.",
            citations: ["{{cite:get_pod_status:/data/totals/ready}}"],
          },
          {
            statement: "Not the database: it is healthy.",
            citations: ["{{cite:check_dependency_health:/data/dependencies/0/state}}"],
          },
        ],
        actions: [
          {
            title: "Roll back",
            command: "kubectl -n orders rollout undo deployment/order-service",
            why: "Brings back the pool of 40",
          },
        ],
        watch: ["Errors fall below 1 %"],
        open_questions: [],
      },
    },
  ],
];

/** The turns, each held for the time of an answer whenever it is asked for. */
export const script: readonly Turn[] = turns.map((content) => ({
  content,
  get holdUntil() {
    return delay(ANSWER_MS);
  },
}));

export const CALLS =
  turns.flat().filter((block) => typeof block === "object" && "tool_use" in (block ?? {})).length - 1;
export const TURNS = turns.length;
