/**
 * What the tools answer: the contract between the tools, the first look's analyzers, the agent and every
 * other reader. Times are ISO 8601 in UTC, ratios 0..1, durations in seconds unless the name says otherwise.
 */
export * from "./aws-health.ts";
export * from "./catalog.ts";
export * from "./dependency-health.ts";
export * from "./deploys.ts";
export * from "./incidents.ts";
export * from "./logs.ts";
export * from "./pods.ts";
export * from "./resource.ts";
export * from "./runtime.ts";
export * from "./service-health.ts";
export { Window } from "./shared.ts";
