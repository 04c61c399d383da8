import type { Ledger, ModelUsage, RunSubject, Spent } from "@oncall/incidents";

/** What one run may use; reaching one, the model is asked to conclude with what it knows. */
export interface RunLimits {
  /** Model calls. Default 12. */
  readonly maxTurns: number;
  /** Time worked, milliseconds; the last quarter is for concluding. Default 180,000. */
  readonly wallMs: number;
  /** Tokens of one answer. Default 8,000. */
  readonly maxOutputTokens: number;
  /** Tokens sent over all calls, cached ones included. Default 300,000. */
  readonly maxInputTokensTotal: number;
  /** US dollars of this run alone. Default: unbounded, the budgets bind. */
  readonly maxUsd?: number;
  /** What the model can read at once, tokens. Default 200,000. */
  readonly windowTokens: number;
  /** Share of the window from which on old tool results are left out. Default 0.3. */
  readonly compactAtShare: number;
  /** Tokens of one tool result that the model is shown at first; never over 15 % of the window or 25,000. Default 350. */
  readonly maxResultTokens: number;
  /** The same of what it asks to read on, by get_evidence. Default 1,500. */
  readonly maxReadTokens: number;
}

export const defaultLimits: RunLimits = {
  maxTurns: 12,
  wallMs: 180_000,
  maxOutputTokens: 8_000,
  maxInputTokensTotal: 300_000,
  windowTokens: 200_000,
  compactAtShare: 0.3,
  maxResultTokens: 350,
  maxReadTokens: 1_500,
};

/** US dollars; absent means unbounded. All but the first are by UTC day. */
export interface Budgets {
  readonly investigation?: number;
  readonly service?: number;
  readonly team?: number;
  readonly day?: number;
}

/** The share of the wall time that is kept for concluding. */
const CONCLUDING_SHARE = 0.25;

interface Used {
  readonly usage: ModelUsage;
  readonly costUsd: number | null;
  readonly lastInputTokens: number;
  readonly workedMs: number;
}

/** The limit that one more call would pass, in words; null while there is room. */
export function limitReached(
  limits: RunLimits,
  { usage, costUsd, lastInputTokens, workedMs }: Used,
): string | null {
  if (usage.calls >= limits.maxTurns) return `all ${limits.maxTurns} turns are used`;
  if (inputTokens(usage) + lastInputTokens > limits.maxInputTokensTotal)
    return "the token budget is nearly used";
  if (limits.maxUsd !== undefined && (costUsd ?? 0) >= limits.maxUsd)
    return "your share of the budget is spent";
  return timeLeftMs(limits, workedMs, false) <= 0 ? "the time is up" : null;
}

/** While exploring a part of the wall time is out of reach. */
export function timeLeftMs({ wallMs }: RunLimits, workedMs: number, concluding: boolean): number {
  return wallMs * (concluding ? 1 : 1 - CONCLUDING_SHARE) - workedMs;
}

/** What one result may take of the window, whatever is wanted. */
export function resultTokens({ windowTokens }: RunLimits, wanted: number): number {
  return Math.min(wanted, Math.floor(windowTokens * 0.15), 25_000);
}

export function inputTokens(usage: Omit<ModelUsage, "calls">): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/**
 * The budget that `next` more US dollars would pass, in words; null while there is room. Others who spend from the
 * same budget are seen with the calls that they have finished.
 */
export async function budgetReached(
  run: RunSubject,
  { ledger, budgets }: { readonly ledger: Ledger; readonly budgets: Budgets },
  next = 0,
): Promise<string | null> {
  if (Object.keys(budgets).length === 0) return null;
  const spent = await ledger.spent(run);
  for (const scope of ["investigation", "service", "team", "day"] as const) {
    const budget = budgets[scope];
    if (budget === undefined || spent[scope] + next < budget) continue;
    return `the budget ${names[scope](run)} of ${dollars(budget)} is ${next > 0 ? "nearly " : ""}spent (${dollars(spent[scope])})`;
  }
  return null;
}

const names: Readonly<Record<keyof Spent, (run: RunSubject) => string>> = {
  investigation: () => "of this investigation",
  service: ({ service }) => `of ${service} for today`,
  team: ({ team }) => `of the team ${team} for today`,
  day: () => "for today",
};

function dollars(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}
