import type Anthropic from "@anthropic-ai/sdk";
import type { Registry } from "@oncall/tools";
import { fence } from "./fence.ts";
import { GET_EVIDENCE, getEvidence, getEvidenceTool } from "./get-evidence.ts";
import type { Goal } from "./goal.ts";
import { callKey, type Run } from "./run.ts";
import type { AnsweredCall } from "./steps.ts";

/** More calls than this in one turn are answered with the advice to ask for less. */
const MAX_CALLS_A_TURN = 8;

/** The tool block of every request of a goal, in one order for ever: it stands at the head of the cached prefix. */
export function toolBlock(registry: Registry, finish: Goal<unknown>["finish"]): Anthropic.Tool[] {
  return [...registry.tools, getEvidenceTool, finish].map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: { ...inputSchema, type: "object" },
  }));
}

/** The calls that stand before it in the same turn, and the name of the tool that ends the run. */
interface Beside {
  readonly before: readonly Anthropic.ToolUseBlock[];
  readonly finish: string;
}

/** The one answer of one call: of the tool, of an earlier equal call, or why it is not run. */
export async function answerCall(
  run: Run,
  call: Anthropic.ToolUseBlock,
  { before, finish }: Beside,
): Promise<AnsweredCall> {
  if (run.concluding) return refuse(call, `Not run: no more tools run. Call ${finish} now.`);
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
  return call.name === GET_EVIDENCE ? readEvidence(run, call) : runTool(run, call);
}

async function readEvidence(run: Run, call: Anthropic.ToolUseBlock): Promise<AnsweredCall> {
  const { evidence, evidenceScope } = run.deps;
  const answer = await getEvidence(call.input, evidence, evidenceScope);
  if (!answer.ok) return refuse(call, answer.problem);
  const { ok: _, ...found } = answer;
  return answered(call, "ok", answer.evidence, fence(GET_EVIDENCE, found));
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
  return answered(call, result.state, result.evidence, fence(call.name, result));
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
