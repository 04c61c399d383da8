export { MAX_BITS, type SeriesBits, seriesBits, sharedOnset } from "@oncall/tools";
export { type AlertHistory, type AlertSeen, alertHistory } from "./alert-surprise.ts";
export { type Excess, excessDuring, type Flowing } from "./excess.ts";
export {
  type Level,
  type LinkLevel,
  levelBits,
  levelSigns,
  linkSigns,
  type Split,
  type Stretch,
  splitAt,
  splitTimes,
} from "./levels.ts";
export { statementOf } from "./log-statement.ts";
export type { Direction, Family, LinkSign, Sign } from "./sign.ts";
export { shareBits } from "./statistics.ts";
export { traceGaps } from "./trace-gaps.ts";
export { traceStructure } from "./trace-structure.ts";
export { type Trace, type TraceEvent, tracesOf } from "./traces.ts";
