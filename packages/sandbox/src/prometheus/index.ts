export { PromqlError } from "./promql-error.ts";
export {
  evaluateInstant,
  evaluateRange,
  type InstantResult,
  type MatrixSeries,
  type Point,
} from "./query.ts";
export type { ActiveAlert, AlertingRule, RuleGroup } from "./rules.ts";
export { indexSeries, type Labels, type Series, type SeriesIndex, type SeriesSource } from "./series.ts";
export { createPrometheusServer, type PrometheusServerOptions } from "./server.ts";
