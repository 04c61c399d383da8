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

/**
 * What else can go when the endpoint refused a request as too long: all but the newest results, then those too. None
 * when nothing is left to leave out.
 */
export function toCompactAfterOverflow({ transcript }: Run): string[] {
  const whole = transcript.whole().filter((answers) => answers.length > 0);
  const older = whole.slice(0, -1);
  return (older.length > 0 ? older : whole).flatMap((answers) => answers.map(({ call }) => call));
}
