import type Anthropic from "@anthropic-ai/sdk";
import type { CallUsage } from "@oncall/incidents";

export const noUsage: CallUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

/** The API's usage fields in our words. */
export function callUsage(usage: Anthropic.Usage): CallUsage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  };
}
