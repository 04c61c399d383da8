export { changesOf, FEWEST_POINTS } from "./changes-of.ts";
export { SURE } from "./confidence.ts";
export type { SeriesChange } from "./series-change.ts";
