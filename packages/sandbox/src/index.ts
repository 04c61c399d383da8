export { loadAcme, loadScenario, parseScenario, scenarioNames, scenarioTitles } from "./data/load.ts";
export type { Scenario, SlackAlert, Truth } from "./data/scenario.ts";
export type { CommitStatus } from "./github/commit-status.ts";
export type { PushDelivery } from "./github/push.ts";
export type { Condition, Faults, Hold, SeenRequest } from "./http/faults.ts";
export * from "./messages-api/index.ts";
export {
  createPrometheusServer,
  evaluateInstant,
  evaluateRange,
  type Labels,
  type Series,
  type SeriesSource,
} from "./prometheus/index.ts";
export { startSandbox } from "./sandbox.ts";
export {
  type ProductPaths,
  type PushInput,
  type Sandbox,
  type SandboxOptions,
  SERVERS,
  type ServerName,
} from "./sandbox-api.ts";
export type { CommandInput, Posted, SayInput } from "./slack/outbound.ts";
export { renderThread } from "./slack/render-thread.ts";
export { type EventDelivery, SLACK_TIMINGS, type SlackTimings } from "./slack/signed-requests.ts";
export { BOT_USER_ID, type EphemeralMessage, type SlackMessage } from "./slack/workspace.ts";
export { createWorld, type World } from "./world/world.ts";
