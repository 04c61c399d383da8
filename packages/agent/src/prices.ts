import type { CallUsage } from "@oncall/incidents";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** What is paid instead for a request of more input tokens than `above`. */
  readonly long?: { readonly above: number } & Omit<Price, "long">;
}

export type Prices = Readonly<Record<string, Price>>;

/**
 * List prices by model id, five-minute cache writes, as of November 2026. Others, and rebates, by MODEL_PRICES.
 * Source: https://platform.claude.com/docs/en/about-claude/pricing
 */
export const listPrices: Prices = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  "claude-opus-5": { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  "claude-sonnet-5": { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  "claude-haiku-5-5": {
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    long: { above: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
  },
  "claude-haiku-4-5": { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
};

/** US dollars; null when the model has no price. */
export function costOf(usage: CallUsage, model: string, prices: Prices): number | null {
  const price = prices[model];
  if (price === undefined) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  const { input, output, cacheRead, cacheWrite } =
    price.long !== undefined && sent > price.long.above ? price.long : price;
  return (
    (inputTokens * input +
      outputTokens * output +
      cacheReadTokens * cacheRead +
      cacheWriteTokens * cacheWrite) /
    1_000_000
  );
}
