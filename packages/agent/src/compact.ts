import type { Run } from "./run.ts";

/** The newest turns whose results stay whole. */
const KEPT_TURNS = 2;

/**
 * The calls whose results are left out from here on, because the last request grew past the threshold: all of the
 * older turns at once, so that the cached prefix changes rarely. None while there is room.
 */
export function toCompact({ transcript, last, limits }: Run): string[] {
  if (last.inputTokens < limits.windowTokens * limits.compactAtShare) return [];
  return transcript
    .whole()
    .slice(0, -KEPT_TURNS)
    .flatMap((answers) => answers.map(({ call }) => call));
}
