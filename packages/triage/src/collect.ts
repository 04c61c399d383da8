import type { Catalog, ServiceEntry } from "@oncall/catalog";
import { type TimeWindow, type ToolResult, toAppError } from "@oncall/core";
import type { DependencyHealth } from "@oncall/tools";
import type { Observation } from "./evidence.ts";
import { type Graph, MAX_DEPTH } from "./graph.ts";
import { type PlannedCall, planFor } from "./plan.ts";
import { quoted } from "./wording.ts";

/** The one way to the tools: the registry's `call`, bound to the investigation. */
export type CallTool = (
  tool: string,
  input: unknown,
  options?: { readonly onset?: Date; readonly deadlineMs?: number; readonly signal?: AbortSignal },
) => Promise<ToolResult>;

export interface Unchecked {
  readonly what: string;
  readonly why: string;
}

export interface Collection {
  readonly observations: readonly Observation[];
  readonly unchecked: readonly Unchecked[];
}

export interface Collected extends Collection {
  /** All there is once the calls that missed the budget are over as well; null when none did, or none may go on. */
  readonly late: Promise<Collection> | null;
}

interface CollectOptions {
  readonly call: CallTool;
  readonly catalog: Catalog;
  readonly graph: Graph;
  readonly service: ServiceEntry;
  readonly resourceId: string | null;
  readonly fingerprint: string | null;
  readonly onsetHint: string | null;
  readonly window: TimeWindow;
  /** What is left of the budget, in milliseconds; negative after it. */
  remainingMs(): number;
  /** How long calls that miss the budget may go on, in milliseconds; 0 ends them with it. */
  readonly lateMs: number;
  readonly signal: AbortSignal;
}

// How many unhealthy dependencies of one service are looked into, by the depth they stand at.
const WIDTH_AT_DEPTH = [0, 3, 2, 1];
const LEAST_MS = 50;
// What lies beneath a service takes this long to be looked into: where less would be left, none is kept back for it.
const DEEPER_MS = 700;
// A tool keeps its own deadline; this is for one that does not.
const GRACE_MS = 25;
/** These hand back what they have when their time is nearly over; then the rest is asked for once more. */
const HANDS_BACK: ReadonlySet<string> = new Set(["check_dependency_health", "get_pod_status"]);
const NEARLY_OVER = 0.85;
const MISSED = "it did not answer within the time of the first look";

export interface Answer {
  readonly observation: Observation | null;
  readonly unchecked: Unchecked | null;
}

/**
 * Asks everything that applies, in parallel and within the budget. As soon as a service's dependencies are
 * known, those that are unhealthy and in the catalog are asked about too, down to depth 3. The result's order
 * follows the graph, never who answered first.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const answers = new Map<string, Answer[]>();
  let underWay = 0;
  const visit = async (service: ServiceEntry, onset: string | null): Promise<void> => {
    const plan = planFor(service, {
      window: options.window,
      isRoot: service.name === options.graph.root,
      resourceId: options.resourceId,
      fingerprint: options.fingerprint,
    });
    const mine = plan.map(({ what }) => missing(what, MISSED));
    answers.set(service.name, mine);
    const take = async (i: number, answer: Answer): Promise<void> => {
      // What was handed back in time stays where asking again brought nothing.
      if (answer.observation === null && mine[i]?.observation) return;
      mine[i] = answer;
      if (answer.observation?.tool !== "check_dependency_health") return;
      const { next, cut } = await unhealthy(answer.observation.data, service.name, options);
      if (cut !== null) mine[plan.length] = { observation: null, unchecked: cut };
      await Promise.all(
        next
          .filter(({ entry }) => !answers.has(entry.name))
          .map(({ entry, since }) => visit(entry, since ?? onset)),
      );
    };
    underWay += plan.length;
    await Promise.all(
      plan.map(async (planned, i) => {
        const asked = ask(planned, service.name, onset, options, (answer) => take(i, answer));
        await asked.finally(() => underWay--);
      }),
    );
  };
  const all = visit(options.service, options.onsetHint);
  await withinBudget(all, options);

  const read = (): Collection => inOrder(answers, options.graph);
  if (underWay === 0 || options.lateMs === 0) return { ...read(), late: null };
  const late = all.then(read);
  // Who waits for it learns of a bug; where nobody does, it must not end the process.
  late.catch(() => undefined);
  return { ...read(), late };
}

/** Until everything is answered or the budget is over, whichever is first. */
async function withinBudget(all: Promise<void>, { remainingMs, lateMs }: CollectOptions): Promise<void> {
  // Every call has a deadline of its own within the budget then.
  if (lateMs === 0) return await all;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(LEAST_MS, remainingMs()) + GRACE_MS);
  });
  try {
    await Promise.race([all, over]);
  } finally {
    clearTimeout(timer);
  }
}

function inOrder(answers: ReadonlyMap<string, readonly Answer[]>, graph: Graph): Collection {
  const depthOf = (name: string) => graph.nodes.get(name)?.depth ?? MAX_DEPTH;
  const ordered = [...answers]
    .sort(([a], [b]) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .flatMap(([, list]) => list.filter(Boolean));
  return {
    observations: ordered.flatMap(({ observation }) => observation ?? []),
    unchecked: ordered.flatMap(({ unchecked }) => unchecked ?? []),
  };
}

/** Asks, and asks once more for what the time of the first look cut off; each answer is given to `take`. */
async function ask(
  planned: PlannedCall,
  subject: string,
  onset: string | null,
  options: CollectOptions,
  take: (answer: Answer) => Promise<void>,
): Promise<void> {
  const { remainingMs, lateMs } = options;
  const left = remainingMs();
  const keepsBack = left * (1 - planned.share) >= DEEPER_MS;
  const inTimeMs = Math.max(LEAST_MS, Math.floor(keepsBack ? left * planned.share : left));
  const untilEnd = () => Math.max(LEAST_MS, Math.floor(remainingMs() + lateMs));
  const once = (deadlineMs: number) => answerTo(planned, subject, onset, deadlineMs, options);
  if (lateMs === 0) return await take(await once(inTimeMs));
  if (!HANDS_BACK.has(planned.tool)) return await take(await once(untilEnd()));
  const answer = await once(inTimeMs);
  const isCut = left - remainingMs() >= inTimeMs * NEARLY_OVER;
  await Promise.all([take(answer), ...(isCut ? [once(untilEnd()).then(take)] : [])]);
}

/** What one call brought within its deadline; never throws. */
export async function answerTo(
  { tool, what, input }: PlannedCall,
  subject: string,
  onset: string | null,
  deadlineMs: number,
  { call, signal }: Pick<CollectOptions, "call" | "signal">,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadlineMs + GRACE_MS, null);
  });
  try {
    const result = await Promise.race([
      call(tool, input, {
        deadlineMs,
        signal,
        ...(onset === null ? {} : { onset: new Date(onset) }),
      }),
      over,
    ]);
    if (result === null) return missing(what, MISSED);
    if (result.state === "ok" && result.data !== undefined) {
      // The registry has held `data` to the tool's output schema; that is what makes this type true.
      const observation = { tool, subject, evidence: result.evidence, data: result.data } as Observation;
      return { observation, unchecked: null };
    }
    if (result.state === "no_data")
      return missing(what, `nothing was found: ${result.searched ?? "no data"}`);
    return missing(what, result.error?.message ?? `the tool answered ${result.state}`);
  } catch (thrown) {
    return missing(what, toAppError(thrown).message);
  } finally {
    clearTimeout(timer);
  }
}

function missing(what: string, why: string): Answer {
  return { observation: null, unchecked: { what, why: quoted(why, 300) } };
}

/** The unhealthy dependencies that the catalog knows as services, critical ones first, and what the width cut off. */
async function unhealthy(
  { service, dependencies }: DependencyHealth,
  parent: string,
  { catalog, graph }: CollectOptions,
): Promise<{ next: { entry: ServiceEntry; since: string | null }[]; cut: Unchecked | null }> {
  const rows = dependencies
    .filter(({ state }) => state === "down" || state === "degraded")
    .sort((a, b) => Number(b.critical) - Number(a.critical) || (a.name < b.name ? -1 : 1));
  const known: { entry: ServiceEntry; since: string | null }[] = [];
  for (const row of rows) {
    const entry = await catalog.find(row.name);
    if (entry !== null && entry.name !== graph.root) known.push({ entry, since: row.since });
  }
  const depth = (graph.nodes.get(parent)?.depth ?? MAX_DEPTH) + 1;
  const width = WIDTH_AT_DEPTH[depth] ?? 0;
  const rest = known.slice(width).map(({ entry }) => entry.name);
  const cut =
    rest.length === 0
      ? null
      : {
          what: `Unhealthy dependencies of ${service}: ${rest.join(", ")}`,
          why: `only ${width} dependencies of a service at this depth are looked into`,
        };
  return { next: known.slice(0, width), cut };
}
