import { estimateTokens } from "@oncall/core";
import { fitSize } from "@oncall/tools";
import { notation } from "./notation.ts";
import { withTables } from "./table.ts";

export interface Presented {
  readonly value: unknown;
  /** What was cut, in words with counts; undefined when nothing was. */
  readonly omitted: string | undefined;
}

const MAX_ROUNDS = 6;

/**
 * A recorded value as the model is shown it: without what is empty, times without what goes without saying, alike
 * objects as tables, and within `maxTokens`. Every value in it stands in the recorded one at the pointer that its
 * place here gives, or as an excerpt of what stands there.
 */
export function present(value: unknown, now: Date, maxTokens: number): Presented {
  const today = now.toISOString().slice(0, 10);
  const lean = prune(value, today) ?? null;
  let room = maxTokens;
  // Tables are shorter than what the fitting measures, so it may be given more room than there is.
  let best: Presented | undefined;
  const whole = withTables(lean);
  if (size(whole) <= maxTokens) return { value: whole, omitted: undefined };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fitted = fitSize(lean, room);
    const shown = withTables(fitted.value);
    if (size(shown) > maxTokens) break;
    best = { value: shown, omitted: fitted.omitted };
    room = Math.ceil(room * 1.25);
  }
  if (best !== undefined) return best;
  const fitted = fitSize(lean, Math.floor(maxTokens / 2));
  return { value: withTables(fitted.value), omitted: fitted.omitted };
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;

/** Undefined for what says nothing. Items of lists stay where they are, or pointers would shift. */
function prune(value: unknown, today: string): unknown {
  if (typeof value === "string") {
    const [, day, time] = TIME.exec(value) ?? [];
    if (day === undefined || time === undefined) return value === "" ? undefined : value;
    return day === today ? time : `${day}T${time}`;
  }
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => prune(item, today) ?? null);
  if (typeof value !== "object") return value;
  if (value === null) return undefined;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    // Links are for people; the model follows none.
    if (key === "link") return [];
    const kept = prune(item, today);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function size(value: unknown): number {
  return estimateTokens(notation(value));
}
