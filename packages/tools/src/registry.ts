import type { Logger } from "@oncall/backends";
import {
  AppError,
  type Checker,
  checker,
  envelopeSchema,
  estimateTokens,
  nearestNames,
  newId,
  redact,
  redactValue,
  type ToolError,
  type ToolResult,
  toAppError,
  toProblem,
} from "@oncall/core";
import type { EvidenceRecord, EvidenceStore, SourceQuery } from "@oncall/incidents";
import { atMost, withinDeadline } from "./deadline.ts";
import type { Tool, ToolAnswer, ToolDeps } from "./define-tool.ts";
import { fitSize } from "./fit-size.ts";
import { notConfiguredError } from "./not-configured.ts";
import { readTools } from "./read/index.ts";
import type { CallOptions, Registry } from "./registry-types.ts";
import { singleFlight } from "./single-flight.ts";
import { listening } from "./source-queries.ts";

export interface RegistryOptions {
  readonly deps: ToolDeps;
  readonly evidence: EvidenceStore;
  /** The domain's time. */
  readonly now: () => Date;
  readonly logger?: Pick<Logger, "error"> | undefined;
  /** All read tools unless given. */
  readonly tools?: readonly Tool[];
}

const RECORD_DEADLINE_MS = 5_000;
const MAX_TOKENS = 6_000;
// For the id and the words that say what was cut.
const TOKENS_FOR_CUTS = 400;
const MAX_INPUT_TOKENS = 1_000;
const MAX_SUMMARY = 300;
const MAX_SENTENCE = 2_000;

interface Checked {
  readonly tool: Tool;
  readonly input: Checker<unknown>;
  readonly output: Checker<unknown>;
}

interface Outcome {
  readonly result: Omit<ToolResult, "evidence">;
  readonly summary: string;
  readonly queries: readonly SourceQuery[];
  readonly cached: boolean;
}

/**
 * The only door to the tools: validates, keeps the deadline, turns whatever happens into a result, redacts, bounds
 * its size (6,000 tokens), records it as evidence. A result that could not be recorded is an error. Equal calls that
 * are under way at once are one run, recorded for each caller. docs/tools.md says what each failure becomes.
 */
export function createRegistry({
  deps,
  evidence,
  now,
  logger,
  tools = readTools,
}: RegistryOptions): Registry {
  const byName = new Map<string, Checked>(
    tools.map((tool) => [tool.name, { tool, input: checker(tool.input), output: checker(tool.output) }]),
  );
  const sharing = singleFlight<ToolAnswer<unknown>>();
  /** What was asked for each answer, for those who joined it too. */
  const askedFor = new WeakMap<object, readonly SourceQuery[]>();

  async function answer(name: string, input: unknown, at: Date, options: CallOptions): Promise<Outcome> {
    let queries = (): readonly SourceQuery[] => [];
    try {
      const known = byName.get(name);
      if (known === undefined) throw unknownTool(name, byName.keys());
      const { tool } = known;
      const parsed = known.input.parse(input, `Input of ${name}`);
      const missing = tool.uses.filter((dep) => deps[dep] === undefined);
      if (missing.length > 0) throw notConfiguredError(missing);
      const { onset, deadlineMs, signal } = options;
      const key = JSON.stringify([name, parsed, onset?.getTime(), deadlineMs]);
      const { value, joined } = await sharing(key, {
        signal,
        run: (stop) =>
          withinDeadline(name, { deadlineMs, signal: stop }, async (within) => {
            const heard = listening(deps);
            queries = heard.queries;
            const given = await tool.run(parsed, heard.deps, { now: at, onset, signal: within });
            askedFor.set(given, heard.queries());
            return given;
          }),
      });
      if (value.state === "ok") checkOutput(known, value.data);
      return { ...toOutcome(name, value), queries: askedFor.get(value) ?? [], cached: joined };
    } catch (thrown) {
      return { ...failed(thrown, name, logger), queries: queries(), cached: false };
    }
  }

  return {
    tools: tools.map(({ name, description, input, output }) => ({
      name,
      description,
      inputSchema: input,
      outputSchema: envelopeSchema(output),
    })),

    async call(name, input, options = {}) {
      const at = now();
      const started = performance.now();
      const id = newId("ev");
      const outcome = await answer(name, input, wholeSecond(at), options);
      const result: ToolResult = { ...bounded(redactValue(outcome.result)), evidence: id };
      try {
        const record: EvidenceRecord = {
          id,
          investigationId: options.investigationId ?? null,
          tool: cut(name, 80),
          input: fitSize(redactValue(input ?? null), MAX_INPUT_TOKENS).value,
          state: result.state,
          summary: cut(redact(outcome.summary), MAX_SUMMARY),
          link: result.link ?? null,
          at: at.toISOString(),
          durationMs: Math.round(performance.now() - started),
          result,
          queries: redactValue(outcome.queries),
          cached: outcome.cached,
        };
        await atMost(RECORD_DEADLINE_MS, evidence.record(record));
      } catch (thrown) {
        logger?.error({ tool: name, evidence: id, err: thrown }, "evidence could not be recorded");
        return { state: "error", error: NOT_RECORDED, evidence: id };
      }
      return result;
    },
  };
}

const NOT_RECORDED: ToolError = {
  kind: "unavailable",
  message: "The evidence could not be recorded, so nothing may be claimed from this call. Try it again.",
};

function unknownTool(name: string, names: Iterable<string>): AppError {
  const all = [...names];
  const near = nearestNames(name, all);
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are: ${all.join(", ")}.`;
  return new AppError("not_found", `There is no tool "${cut(name, 80)}". ${hint}`);
}

function checkOutput({ tool, output }: Checked, data: unknown): void {
  const problems = output.problems(data);
  if (problems.length > 0) throw new Error(`${tool.name} broke its output schema: ${problems.join("; ")}`);
}

/** What is asked in one second is asked of one moment, so that equal questions are equal to the backends too. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1_000) * 1_000);
}

type Said = Pick<Outcome, "result" | "summary">;

function toOutcome(name: string, answer: ToolAnswer<unknown>): Said {
  if (answer.state === "no_data") return { result: answer, summary: `Nothing found: ${answer.searched}` };
  const { summary = `${name} answered`, ...result } = answer;
  return { result, summary };
}

function failed(thrown: unknown, tool: string, logger: RegistryOptions["logger"]): Said {
  const error = toAppError(thrown);
  const errorId = error.kind === "bug" ? newId("err") : undefined;
  if (errorId !== undefined) logger?.error({ tool, errorId, err: thrown }, "tool failed");
  const { detail } = toProblem(error, errorId);
  return {
    result: {
      state: "error",
      error: {
        kind: error.kind,
        message: cut(detail, MAX_SENTENCE),
        ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
      },
    },
    summary: `${error.kind}: ${detail}`,
  };
}

/** The result within its token limit; what its data lost stands in `omitted`. */
function bounded(result: Omit<ToolResult, "evidence">): Omit<ToolResult, "evidence"> {
  const { data, ...rest } = result;
  const around = {
    ...rest,
    ...(rest.searched === undefined ? {} : { searched: cut(rest.searched, MAX_SENTENCE) }),
    ...(rest.omitted === undefined ? {} : { omitted: cut(rest.omitted, MAX_SENTENCE) }),
  };
  if (data === undefined) return around;
  const room = MAX_TOKENS - estimateTokens(JSON.stringify(around)) - TOKENS_FOR_CUTS;
  const fitted = fitSize(data, room);
  const omitted = [around.omitted, fitted.omitted].filter((text) => text !== undefined).join(" ");
  return { ...around, data: fitted.value, ...(omitted === "" ? {} : { omitted }) };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
