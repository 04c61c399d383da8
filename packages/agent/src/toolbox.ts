import type Anthropic from "@anthropic-ai/sdk";
import type { ToolResult } from "@oncall/core";
import type { Registry } from "@oncall/tools";
import { resultTokens } from "./bounds.ts";
import { evidenceReader } from "./citations.ts";
import { fence } from "./fence.ts";
import { GET_EVIDENCE, getEvidence, getEvidenceTool } from "./get-evidence.ts";
import type { Goal } from "./goal.ts";
import { leanSchema } from "./lean-schema.ts";
import { present } from "./present.ts";
import { callKey, type Run } from "./run.ts";
import { DELEGATE, delegate, delegateTool, type RunLoop } from "./specialists/delegate.ts";
import type { Specialist } from "./specialists/load.ts";
import type { AnsweredCall } from "./steps.ts";

/** More calls than this in one turn are answered with the advice to ask for less. */
const MAX_CALLS_A_TURN = 8;

/** The tool block of every request of a goal, in one order for ever: it stands at the head of the cached prefix. */
export function toolBlock(
  registry: Registry,
  goal: Pick<Goal<unknown>, "finish" | "without" | "delegates">,
  specialists: readonly Specialist[] = [],
): Anthropic.Tool[] {
  const said = new Set<string>();
  const tools = registry.tools.filter(({ name }) => !goal.without?.includes(name));
  const delegation = goal.delegates && specialists.length > 0 ? [delegateTool(specialists)] : [];
  return [...tools, getEvidenceTool, ...delegation, goal.finish].map(
    ({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: leanSchema(inputSchema, said),
    }),
  );
}

interface Around {
  readonly goal: Goal<unknown>;
  /** The calls that stand before it in the same turn. */
  readonly before: readonly Anthropic.ToolUseBlock[];
  /** For a task that is delegated. */
  readonly runLoop: RunLoop;
}

/** The one answer of one call: of the tool, of an earlier equal call, or why it is not run. */
export async function answerCall(
  run: Run,
  call: Anthropic.ToolUseBlock,
  { goal, before, runLoop }: Around,
): Promise<AnsweredCall> {
  if (run.concluding) return refuse(call, `Not run: no more tools run. Call ${goal.finish.name} now.`);
  if (before.length >= MAX_CALLS_A_TURN) {
    const words = `Not run: at most ${MAX_CALLS_A_TURN} calls in one turn. Ask again for what you still need.`;
    return refuse(call, words);
  }
  const key = callKey(call.name, call.input);
  if (before.some(({ name, input }) => callKey(name, input) === key)) {
    return repeated(call, null, "Not run: you make the same call in this turn, see its answer.");
  }
  const earlier = run.answered.get(key);
  if (earlier !== undefined) {
    const where = earlier === null ? "above" : `as ${earlier}`;
    return repeated(call, earlier, `Not run: the same call was answered ${where}. Use that, or conclude.`);
  }
  if (call.name === GET_EVIDENCE) return readEvidence(run, call);
  if (call.name === DELEGATE && goal.delegates) {
    const { state, content } = await delegate(run, call, runLoop);
    return answered(call, state, null, content);
  }
  return runTool(run, call);
}

async function readEvidence(run: Run, call: Anthropic.ToolUseBlock): Promise<AnsweredCall> {
  const { evidence, evidenceScope, now } = run.deps;
  const bounds = { now, maxTokens: resultTokens(run.limits, run.limits.maxReadTokens) };
  const answer = await getEvidence(call.input, evidenceReader(evidence, evidenceScope), bounds);
  if (!answer.ok) return refuse(call, answer.problem);
  const { ok: _, ...found } = answer;
  return answered(call, "ok", answer.evidence, fence(null, found));
}

async function runTool(run: Run, call: Anthropic.ToolUseBlock): Promise<AnsweredCall> {
  const { registry, evidenceScope, onset, signal } = run.deps;
  const names = registry.tools.map(({ name }) => name);
  if (!names.includes(call.name)) {
    return refuse(call, `There is no tool ${call.name}. There are: ${names.join(", ")}, ${GET_EVIDENCE}.`);
  }
  const result = await registry.call(call.name, call.input, {
    investigationId: evidenceScope,
    onset,
    signal,
  });
  return answered(call, result.state, result.evidence, fence(null, shown(run, call, result)));
}

/** The result as the model reads it. The whole one is recorded; what is not shown can be asked for. */
function shown(run: Run, { input }: Anthropic.ToolUseBlock, result: ToolResult): object {
  const { state, data, searched, omitted, error, evidence } = result;
  const room = resultTokens(run.limits, run.limits.maxResultTokens);
  const { value, omitted: cut } = present(withoutEchoes(data, input), run.deps.now, room);
  const left = [omitted, cut && `${cut} get_evidence shows the rest.`].filter((words) => words !== undefined);
  return {
    evidence,
    state,
    ...(value === null ? {} : { data: value }),
    // What was searched tells when nothing was found there.
    ...(state === "ok" ? {} : { searched }),
    ...(left.length === 0 ? {} : { omitted: left.join(" ") }),
    error,
  };
}

/** The data without what only repeats the question. */
function withoutEchoes(data: unknown, input: unknown): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  const asked = new Map(typeof input === "object" && input !== null ? Object.entries(input) : []);
  return Object.fromEntries(
    Object.entries(data).filter(([key, item]) => !asked.has(key) || asked.get(key) !== item),
  );
}

function answered(
  { id, name, input }: Anthropic.ToolUseBlock,
  state: AnsweredCall["state"],
  evidence: string | null,
  content: string,
): AnsweredCall {
  return { call: id, tool: name, input, state, evidence, ran: true, content };
}

function refuse({ id, name, input }: Anthropic.ToolUseBlock, why: string): AnsweredCall {
  return { call: id, tool: name, input, state: "error", evidence: null, ran: false, content: why };
}

function repeated(
  { id, name, input }: Anthropic.ToolUseBlock,
  evidence: string | null,
  content: string,
): AnsweredCall {
  return { call: id, tool: name, input, state: "ok", evidence, ran: false, content };
}
