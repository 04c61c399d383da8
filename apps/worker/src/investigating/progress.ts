import { setTimeout as timer } from "node:timers/promises";
import type { Step } from "@oncall/agent";
import { toAppError } from "@oncall/core";
import type { SlackPlace } from "@oncall/incidents";
import { amend, type Progress, type Rendered, renderProgress, renderProgressEnd } from "@oncall/integrations";
import type { InvestigateDeps, InvestigateRun, LookedAt } from "./deps.ts";
import { say } from "./say.ts";

/** After a failure that names no time to wait for. */
const AFTER_FAILURE_MS = 30_000;
/** For the last line, a longer wait is not worth it. */
const LONGEST_WAIT_MS = 60_000;

export interface ProgressLine {
  /** Never throws, never waits. */
  tell(step: Step): void;
  /** From here on nothing is begun any more. */
  stop(): void;
  /** Once the outcome is posted: the line, where there is one, says so. Never throws. */
  end(): Promise<void>;
}

/**
 * One message in the thread that says what the agent does now, changed in place at most every
 * `progressIntervalMs` and first shown after as long, so that a quick diagnosis has none. It is reserved like every
 * post, so a run after a crash goes on with the same message. It works beside the agent and is waited for only once the
 * outcome is posted; what goes wrong with it is logged and costs nothing else.
 */
export function showProgress(
  run: InvestigateRun,
  { id }: LookedAt,
  thread: SlackPlace | null,
  deps: InvestigateDeps,
): ProgressLine {
  const { slack, posts, logger, model, progressIntervalMs: everyMs } = deps;
  if (!slack || !thread || !model || everyMs === 0)
    return { tell: () => undefined, stop: () => undefined, end: () => Promise.resolve() };
  const stopped = new AbortController();
  const resting = AbortSignal.any([run.signal, stopped.signal]);
  let progress: Progress = { model: model.model, steps: 0, asking: [] };

  const change = (message: Rendered) => amend({ slack, posts }, id, "progress", message, run.signal);
  /** Milliseconds to wait before the next try; null when it was done. */
  const attempt = async (show: () => Promise<unknown>): Promise<number | null> => {
    try {
      await show();
      return null;
    } catch (thrown) {
      if (run.signal.aborted) return null;
      const err = toAppError(thrown);
      logger.warn({ investigation: id, err }, "progress could not be shown");
      return err.retryAfterMs ?? AFTER_FAILURE_MS;
    }
  };

  let shown = "";
  const show = async (message: Rendered): Promise<void> => {
    if (message.text === shown) return;
    if (!(await change(message))) await say(run, deps, { investigationId: id }, "progress", thread, message);
    shown = message.text;
  };
  const showing = (async () => {
    let waitMs = everyMs;
    while (await pause(waitMs, resting)) {
      waitMs = Math.max(everyMs, (await attempt(() => show(renderProgress(progress)))) ?? 0);
    }
  })();

  return {
    tell: (step) => {
      progress = after(progress, step);
    },
    stop: () => stopped.abort(),
    end: async () => {
      stopped.abort();
      await showing;
      const last = renderProgressEnd(progress);
      const waitMs = await attempt(() => change(last));
      if (waitMs === null || waitMs > LONGEST_WAIT_MS) return;
      if (await pause(waitMs, run.signal)) await attempt(() => change(last));
    },
  };
}

/** What a step makes of the line. */
export function after({ model, steps, asking }: Progress, step: Step): Progress {
  switch (step.kind) {
    case "resumed":
      return { model, steps: step.by === undefined ? step.steps : steps + step.steps, asking };
    case "model": {
      const calls = step.calls.filter((name) => !HANDS_IN.test(name));
      // The lead is heard when all its calls are answered; specialists work beside each other.
      return { model, steps: steps + 1, asking: step.by === undefined ? calls : [...asking, ...calls] };
    }
    case "tool": {
      const done = asking.indexOf(step.tool);
      return { model, steps: steps + 1, asking: asking.filter((_, i) => i !== done) };
    }
    default:
      return { model, steps, asking };
  }
}

/** What ends a run asks nothing. */
const HANDS_IN = /^submit_/;

/** False when it was ended early. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await timer(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
