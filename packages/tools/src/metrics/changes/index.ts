export { changesOf, FEWEST_POINTS, type SeriesChange } from "./changes-of.ts";
export { SURE } from "./confidence.ts";
