export { type AlertHistory, type AlertSeen, alertHistory } from "./alert-surprise.ts";
export { type Excess, excessDuring, type Flowing } from "./excess.ts";
export { type SeriesBits, seriesBits } from "./series-bits.ts";
export { sharedOnset } from "./shared-onset.ts";
export type { Direction, Family, LinkSign, Sign } from "./sign.ts";
