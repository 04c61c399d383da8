import type Anthropic from "@anthropic-ai/sdk";
import type { EvidenceStore } from "@oncall/incidents";
import type { Registry } from "@oncall/tools";
import { fence } from "./fence.ts";
import { GET_EVIDENCE, getEvidence, getEvidenceTool } from "./get-evidence.ts";
import { submitTool } from "./submission.ts";

/** More calls than this in one turn are answered with the advice to ask for less. */
const MAX_CALLS_A_TURN = 8;

export interface ToolboxDeps {
  readonly registry: Registry;
  readonly evidence: EvidenceStore;
  readonly investigationId: string;
  readonly onset: Date | undefined;
  readonly signal: AbortSignal;
}

/** One answered tool call. */
export interface ToolStep {
  readonly tool: string;
  readonly input: unknown;
  readonly state: "ok" | "no_data" | "error" | "needs_approval";
  /** The evidence it made or read; null when it made none. */
  readonly evidence: string | null;
  readonly result: Anthropic.ToolResultBlockParam;
}

/** The tool block of every request, in one order for ever: it stands at the head of the cached prefix. */
export function toolBlock(registry: Registry): Anthropic.Tool[] {
  return [...registry.tools, getEvidenceTool, submitTool].map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: { ...inputSchema, type: "object" },
  }));
}

/** Runs the calls of one turn in parallel; each gets exactly one result, in the order of the calls. */
export function runCalls(calls: readonly Anthropic.ToolUseBlock[], deps: ToolboxDeps): Promise<ToolStep[]> {
  return Promise.all(
    calls.map((call, i) =>
      i < MAX_CALLS_A_TURN
        ? runCall(call, deps)
        : refuse(
            call,
            `Not run: at most ${MAX_CALLS_A_TURN} calls in one turn. Ask again for what you still need.`,
          ),
    ),
  );
}

/** A call that is answered in words instead of being run. */
export function refuse(call: Anthropic.ToolUseBlock, why: string): ToolStep {
  return step(call, "error", null, why);
}

async function runCall(call: Anthropic.ToolUseBlock, deps: ToolboxDeps): Promise<ToolStep> {
  const { registry, evidence, investigationId, onset, signal } = deps;
  if (call.name === GET_EVIDENCE) {
    const answer = await getEvidence(call.input, evidence, investigationId);
    if (!answer.ok) return refuse(call, answer.problem);
    const { ok: _, ...found } = answer;
    return step(call, "ok", answer.evidence, fence(GET_EVIDENCE, found));
  }
  const names = registry.tools.map(({ name }) => name);
  if (!names.includes(call.name)) {
    return refuse(call, `There is no tool ${call.name}. There are: ${names.join(", ")}, ${GET_EVIDENCE}.`);
  }
  const result = await registry.call(call.name, call.input, { investigationId, onset, signal });
  return step(call, result.state, result.evidence, fence(call.name, result));
}

function step(
  call: Anthropic.ToolUseBlock,
  state: ToolStep["state"],
  evidence: string | null,
  content: string,
): ToolStep {
  const result: Anthropic.ToolResultBlockParam = {
    type: "tool_result",
    tool_use_id: call.id,
    content,
    ...(state === "error" ? { is_error: true } : {}),
  };
  return { tool: call.name, input: call.input, state, evidence, result };
}
