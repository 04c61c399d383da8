/** From one sample's value and the function's scalar arguments to a value, or to none. */
export type ElementFunction = (value: number, ...parameters: number[]) => number | undefined;

const DEGREES = 180 / Math.PI;

/** Functions that treat each sample of an instant vector on its own. */
export const ELEMENT_FUNCTIONS: ReadonlyMap<string, ElementFunction> = new Map<string, ElementFunction>([
  ["abs", Math.abs],
  ["ceil", Math.ceil],
  ["floor", Math.floor],
  ["exp", Math.exp],
  ["sqrt", Math.sqrt],
  ["ln", Math.log],
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["sgn", Math.sign],
  ["deg", (value) => value * DEGREES],
  ["rad", (value) => value / DEGREES],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sinh", Math.sinh],
  ["cosh", Math.cosh],
  ["tanh", Math.tanh],
  ["asinh", Math.asinh],
  ["acosh", Math.acosh],
  ["atanh", Math.atanh],
  [
    "clamp",
    (value, low, high) => (Number(low) > Number(high) ? undefined : clamp(value, Number(low), Number(high))),
  ],
  ["clamp_min", (value, low) => Math.max(Number(low), value)],
  ["clamp_max", (value, high) => Math.min(Number(high), value)],
  ["round", (value, to = 1) => Math.floor(value * (1 / to) + 0.5) / (1 / to)],
  ["minute", (value) => utc(value).getUTCMinutes()],
  ["hour", (value) => utc(value).getUTCHours()],
  ["day_of_week", (value) => utc(value).getUTCDay()],
  ["day_of_month", (value) => utc(value).getUTCDate()],
  ["day_of_year", (value) => dayOfYear(utc(value))],
  ["days_in_month", (value) => daysInMonth(utc(value))],
  ["month", (value) => utc(value).getUTCMonth() + 1],
  ["year", (value) => utc(value).getUTCFullYear()],
]);

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

function utc(seconds: number): Date {
  return new Date(Math.trunc(seconds) * 1000);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
