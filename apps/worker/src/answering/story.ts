import type { ToolResult } from "@oncall/core";
import type { TurnEvent, TurnStep, TurnStore } from "@oncall/incidents";
import type { Logger } from "@oncall/platform";
import type { Registry } from "@oncall/tools";

/** What is told of a turn while it is worked on, in order. Telling never fails the work: who follows can read the outcome. */
export interface Story {
  step(step: TurnStep): void;
  /** A piece of the answer as it grows; a higher `attempt` makes the pieces before it void. */
  text(delta: string, attempt: number): void;
  /** The whole answer: what is missing of it is told; where something else was told, it is told anew. */
  conclude(text: string): void;
  /** Tools called so far, each once. */
  readonly toolsCalled: readonly string[];
  /** Resolves when everything told so far is recorded. */
  told(): Promise<void>;
}

/** Steps beyond this are counted instead of told; an investigation makes some dozens. */
const MAX_STEPS = 500;
const MAX_TEXT = 4_000;
const MAX_INPUT = 1_000;

/** Records the story of one turn. Text that comes while Postgres is writing is written as one piece. */
export function tellStory(
  turnId: string,
  { turns, logger, firstAttempt }: { turns: TurnStore; logger: Logger; firstAttempt: number },
): Story {
  const waiting: TurnEvent[] = [];
  const tools = new Set<string>();
  let steps = 0;
  let attempt = firstAttempt;
  let said = "";
  let writing: Promise<void> = Promise.resolve();
  let busy = false;

  async function write(): Promise<void> {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      await turns.record(turnId, event).catch((err: unknown) => {
        logger.warn({ err, turn: turnId }, "a step of an answer could not be recorded");
      });
    }
    busy = false;
  }

  function add(event: TurnEvent): void {
    const last = waiting.at(-1);
    if (event.kind === "text" && last?.kind === "text" && last.attempt === event.attempt) {
      waiting[waiting.length - 1] = { ...event, delta: last.delta + event.delta };
      return;
    }
    waiting.push(event);
    if (busy) return;
    busy = true;
    writing = write();
  }

  return {
    step(step) {
      if (step.kind === "tool") tools.add(step.tool);
      steps += 1;
      if (steps < MAX_STEPS) add({ kind: "step", step: bounded(step) });
      if (steps === MAX_STEPS)
        add({
          kind: "step",
          step: { kind: "note", text: `Steps after the first ${MAX_STEPS} are not told.` },
        });
    },
    text(delta, of) {
      if (firstAttempt + of > attempt) said = "";
      attempt = firstAttempt + of;
      said += delta;
      add({ kind: "text", delta, attempt });
    },
    conclude(text) {
      const goesOn = text.startsWith(said);
      const delta = goesOn ? text.slice(said.length) : text;
      if (delta !== "") add({ kind: "text", delta, attempt: goesOn ? attempt : attempt + 1 });
    },
    get toolsCalled() {
      return [...tools];
    },
    told: () => writing,
  };
}

/** The registry, telling of every call that goes through it, whoever makes it. */
export function tellingRegistry(registry: Registry, story: Pick<Story, "step">): Registry {
  return {
    tools: registry.tools,
    async call(tool, input, options): Promise<ToolResult> {
      const started = performance.now();
      const result = await registry.call(tool, input, options);
      const ms = Math.round(performance.now() - started);
      story.step({ kind: "tool", tool, input, state: result.state, evidence: result.evidence, ms });
      return result;
    },
  };
}

function bounded(step: TurnStep): TurnStep {
  if (step.kind === "tool") {
    const size = JSON.stringify(step.input ?? null).length;
    return size <= MAX_INPUT ? step : { ...step, input: `[${size} characters of input, not told]` };
  }
  const over = step.text.length - MAX_TEXT;
  return over <= 0 ? step : { ...step, text: `${step.text.slice(0, MAX_TEXT)} [${over} more characters]` };
}
