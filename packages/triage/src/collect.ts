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

interface CollectOptions {
  readonly call: CallTool;
  readonly catalog: Catalog;
  readonly graph: Graph;
  readonly service: ServiceEntry;
  readonly resourceId: string | null;
  readonly onsetHint: string | null;
  readonly window: TimeWindow;
  /** What is left of the budget, in milliseconds. */
  remainingMs(): number;
  readonly signal: AbortSignal;
}

// How many unhealthy dependencies of one service are looked into, by the depth they stand at.
const WIDTH_AT_DEPTH = [0, 3, 2, 1];
const LEAST_MS = 50;
// What lies beneath a service takes this long to be looked into: where less would be left, none is kept back for it.
const DEEPER_MS = 500;
// A tool keeps its own deadline; this is for one that does not.
const GRACE_MS = 25;

interface Answer {
  readonly observation: Observation | null;
  readonly unchecked: Unchecked | null;
}

/**
 * Asks everything that applies, in parallel and within the budget. As soon as a service's dependencies are
 * known, those that are unhealthy and in the catalog are asked about too, down to depth 3. The result's order
 * follows the graph, never who answered first.
 */
export async function collect(options: CollectOptions): Promise<Collection> {
  const answers = new Map<string, Answer[]>();
  const visit = async (service: ServiceEntry, onset: string | null): Promise<void> => {
    const mine: Answer[] = [];
    answers.set(service.name, mine);
    const plan = planFor(service, {
      window: options.window,
      isRoot: service.name === options.graph.root,
      resourceId: options.resourceId,
    });
    await Promise.all(
      plan.map(async (planned, i) => {
        const answer = await ask(planned, service.name, onset, options);
        mine[i] = answer;
        if (answer.observation?.tool !== "check_dependency_health") return;
        const { next, cut } = await unhealthy(answer.observation.data, service.name, options);
        if (cut !== null) mine[plan.length] = { observation: null, unchecked: cut };
        await Promise.all(
          next
            .filter(({ entry }) => !answers.has(entry.name))
            .map(({ entry, since }) => visit(entry, since ?? onset)),
        );
      }),
    );
  };
  await visit(options.service, options.onsetHint);

  const depthOf = (name: string) => options.graph.nodes.get(name)?.depth ?? MAX_DEPTH;
  const ordered = [...answers]
    .sort(([a], [b]) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .flatMap(([, list]) => list.filter(Boolean));
  return {
    observations: ordered.flatMap(({ observation }) => observation ?? []),
    unchecked: ordered.flatMap(({ unchecked }) => unchecked ?? []),
  };
}

async function ask(
  planned: PlannedCall,
  subject: string,
  onset: string | null,
  { call, remainingMs, signal }: CollectOptions,
): Promise<Answer> {
  const { tool, what } = planned;
  const left = remainingMs();
  const keepsBack = left * (1 - planned.share) >= DEEPER_MS;
  const deadlineMs = Math.max(LEAST_MS, Math.floor(keepsBack ? left * planned.share : left));
  const missing = (why: string): Answer => ({
    observation: null,
    unchecked: { what, why: quoted(why, 300) },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadlineMs + GRACE_MS, null);
  });
  try {
    const result = await Promise.race([
      call(tool, planned.input, {
        deadlineMs,
        signal,
        ...(onset === null ? {} : { onset: new Date(onset) }),
      }),
      late,
    ]);
    if (result === null) return missing("it did not answer within the time of the first look");
    if (result.state === "ok" && result.data !== undefined) {
      // The registry has held `data` to the tool's output schema; that is what makes this type true.
      const observation = { tool, subject, evidence: result.evidence, data: result.data } as Observation;
      return { observation, unchecked: null };
    }
    if (result.state === "no_data") return missing(`nothing was found: ${result.searched ?? "no data"}`);
    return missing(result.error?.message ?? `the tool answered ${result.state}`);
  } catch (thrown) {
    return missing(toAppError(thrown).message);
  } finally {
    clearTimeout(timer);
  }
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
