import type Anthropic from "@anthropic-ai/sdk";
import { checker } from "@oncall/core";
import type { Registry } from "@oncall/tools";
import { type Static, Type } from "typebox";
import { timeLeftMs } from "../bounds.ts";
import { fence } from "../fence.ts";
import type { Goal } from "../goal.ts";
import type { LoopOutcome } from "../loop.ts";
import type { AgentDeps, Run } from "../run.ts";
import { workedMs } from "../run.ts";
import type { AnsweredCall } from "../steps.ts";
import type { Specialist } from "./load.ts";
import { type Findings, reporting } from "./report.ts";

export const DELEGATE = "delegate";

/** What one task may use of what the lead may. */
const SHARE = 0.25;
const MAX_TURNS = 6;

/** The tool by which the lead asks specialists. */
export function delegateTool(specialists: readonly Specialist[]) {
  const known = specialists.map(({ name, description }) => `${name} (${description})`).join("; ");
  return {
    name: DELEGATE,
    description: `Have specialists look into separate questions at once; they report cited findings: ${known}.`,
    inputSchema: inputFor(specialists),
  };
}

function inputFor(specialists: readonly Specialist[]) {
  return Type.Object(
    {
      agent: Type.Union(specialists.map(({ name }) => Type.Literal(name))),
      task: Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: "What to find out, with names and times",
      }),
    },
    { additionalProperties: false },
  );
}

export type RunLoop = <T>(goal: Goal<T>, deps: AgentDeps) => Promise<LoopOutcome<T>>;

/** Runs the task as a run of its own, with the specialist's tools, model and share; after a crash it goes on too. */
export async function delegate(
  run: Run,
  call: Anthropic.ToolUseBlock,
  runLoop: RunLoop,
): Promise<Pick<AnsweredCall, "state" | "content">> {
  const { specialists } = run.deps;
  if (specialists === undefined) return { state: "error", content: "There are no specialists." };
  const problems = checker(inputFor(specialists.agents)).problems(call.input);
  if (problems.length > 0) return { state: "error", content: `${problems.join("; ")}.` };
  const { agent, task } = call.input as Static<ReturnType<typeof inputFor>>;
  const specialist = specialists.agents.find(({ name }) => name === agent);
  if (specialist === undefined) return { state: "error", content: `There is no agent ${agent}.` };
  const goal = reporting(specialist, task, run.context ?? "", run.deps.now);
  const outcome = await runLoop(goal, depsFor(run, call, specialist)).catch((thrown: unknown) => {
    // A loop throws only what its store threw: then the lead's is not over either.
    run.storeFailed = true;
    throw thrown;
  });
  if (outcome.state === "failed")
    return { state: "error", content: `${agent} found nothing out: ${outcome.reason}` };
  return { state: "ok", content: fence(agent, shown(outcome.value)) };
}

function depsFor(run: Run, { id }: Anthropic.ToolUseBlock, specialist: Specialist): AgentDeps {
  const { deps, limits } = run;
  const { onStep, budgets, specialists: _, ...rest } = deps;
  return {
    ...rest,
    model: deps.specialists?.modelOf(specialist) ?? deps.model,
    role: specialist.name,
    run: { ...deps.run, id: `${deps.run.id}/${id}` },
    registry: only(deps.registry, specialist.tools),
    budgets,
    limits: {
      ...limits,
      maxTurns: Math.min(limits.maxTurns, MAX_TURNS),
      wallMs: Math.max(1, timeLeftMs(limits, workedMs(run), false)),
      maxInputTokensTotal: limits.maxInputTokensTotal * SHARE,
      ...(budgets.investigation === undefined ? {} : { maxUsd: budgets.investigation * SHARE }),
    },
    ...(onStep && {
      onStep: (step) => {
        if (step.kind !== "text" && step.kind !== "thought") onStep({ ...step, by: specialist.name });
      },
    }),
  };
}

/** A registry that knows these tools alone. */
function only(registry: Registry, names: readonly string[]): Registry {
  return { ...registry, tools: registry.tools.filter(({ name }) => names.includes(name)) };
}

/** What the lead reads: citations that did not hold are named as such. */
function shown({ summary, findings }: Findings): object {
  return {
    summary,
    findings: findings.map(({ statement, confidence, citations }) => ({
      statement,
      confidence,
      citations: citations.filter(({ verified }) => verified).map(({ verified: _, ...citation }) => citation),
      unverified: citations.filter(({ verified }) => !verified).length || undefined,
    })),
  };
}
