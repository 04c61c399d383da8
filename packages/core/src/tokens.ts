/**
 * Size of a text in tokens, estimated as UTF-8 bytes ÷ 3.5: no tokenizer is at hand, so every figure
 * that the product prints as tokens before a model has counted them comes from here and is an estimate.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, "utf8") / 3.5);
}
