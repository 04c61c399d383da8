import type { Goal } from "./goal.ts";
import type { Listener } from "./model.ts";
import type { Run } from "./run.ts";

/** Passes on what streams: words between calls as thoughts, and the words of a submission that people read along. */
export function relay({ deps: { onStep }, malformed, objected }: Run, goal: Goal<unknown>): Listener {
  if (onStep === undefined) return {};
  const onText = (delta: string): void => onStep({ kind: "thought", delta });
  const { finish, streams } = goal;
  if (streams === undefined) return { onText };
  const attempt = 1 + malformed + (objected ? 1 : 0);
  let sent = 0;
  return {
    onText,
    onInput(tool, input) {
      const words = (input as Record<string, unknown> | null)?.[streams];
      if (tool !== finish.name || typeof words !== "string" || words.length <= sent) return;
      onStep({ kind: "text", delta: words.slice(sent), attempt });
      sent = words.length;
    },
  };
}
