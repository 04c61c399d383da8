import { catalogContext, diagnose, inMemoryRuns, listPrices, type ModelClient } from "@oncall/agent";
import { type Catalog, catalogOf, indexServices } from "@oncall/catalog";
import { redactValue } from "@oncall/core";
import type { EvidenceRecord, EvidenceStore, FirstLook } from "@oncall/incidents";
import { renderFirstLook } from "@oncall/integrations";
import { createRegistry, type Registry } from "@oncall/tools";
import { firstLook } from "@oncall/triage";
import { readable } from "./readable.ts";
import type { Recording } from "./recording.ts";
import type { EvalRun } from "./run.ts";

export interface ReplayOptions {
  /** Asked for a diagnosis too when given. */
  readonly model: ModelClient | null;
  readonly signal: AbortSignal;
}

/** Answers come from memory; this only bounds a mistake. */
const BUDGET_MS = 60_000;
const INVESTIGATION = "inv_replayed";

/** Looks at a recorded incident with today's analyzers, ranking and prompt; tools answer what they answered then. */
export async function replay(recording: Recording, { model, signal }: ReplayOptions): Promise<EvalRun> {
  const { scenario, seed, title, truth, subject, incident } = recording;
  const now = new Date(recording.now);
  const catalog = catalogOf(indexServices(recording.services));
  const used = new Map<string, EvidenceRecord>();
  const evidence = memoryStore(recording.calls, used);
  const registry = recordedRegistry(recording.calls, catalog, used);
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const look = await firstLook(subject, {
    catalog,
    call: (tool, input, options) => registry.call(tool, input, options),
    now,
    budgetMs: BUDGET_MS,
    elapsed,
    signal,
  });
  const outcome =
    model === null
      ? null
      : await diagnose(
          {
            incident,
            alert: subject.alert,
            question: subject.question,
            firstLook: look,
            catalogContext: catalogContext(look.service === null ? null : await catalog.find(look.service)),
          },
          {
            ...inMemoryRuns(),
            model,
            role: "lead",
            registry,
            evidence,
            evidenceScope: INVESTIGATION,
            run: { id: INVESTIGATION, investigationId: INVESTIGATION, service: look.service, team: null },
            prices: listPrices,
            budgets: {},
            onset: look.onset === null ? undefined : new Date(look.onset),
            now,
            elapsed,
            signal,
            logger: { warn: () => undefined },
          },
        );
  return {
    scenario,
    seed,
    title,
    truth,
    firstLook: look,
    text: textOf(look, incident.id),
    firstLookMs: null,
    diagnosis: outcome?.state === "done" ? outcome.diagnosis : null,
    diagnosisSkipped: outcome?.state === "failed" ? outcome.reason : null,
    spent: outcome && (outcome.state === "failed" ? outcome : outcome.diagnosis),
    evidence: [...used.values()],
  };
}

/** Answers from the recording; a call that was not made then is an error that says so. `used` gathers what was asked. */
export function recordedRegistry(
  calls: readonly EvidenceRecord[],
  catalog: Catalog,
  used: Map<string, EvidenceRecord>,
): Registry {
  const known = new Map<string, EvidenceRecord>();
  // Of the same call made twice the first answer stands.
  for (const call of [...calls].reverse()) known.set(keyOf(call.tool, call.input), call);
  const { tools } = createRegistry({
    deps: { catalog },
    evidence: memoryStore([], used),
    now: () => new Date(0),
  });
  return {
    tools,
    async call(tool, input) {
      const call = known.get(keyOf(tool, redactValue(input ?? null)));
      if (call !== undefined) {
        used.set(call.id, call);
        return call.result as Awaited<ReturnType<Registry["call"]>>;
      }
      const message = `This call was not recorded: ${tool} ${JSON.stringify(input)}. Record the scenario again to answer it.`;
      return { state: "error", error: { kind: "not_found", message }, evidence: "ev_not_recorded" };
    },
  };
}

/** The same for the same call, whatever the order of its fields. */
function keyOf(tool: string, input: unknown): string {
  const sorted = JSON.stringify(input, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return `${tool} ${sorted}`;
}

/** Recorded evidence, as that of this investigation; what lists it sees only what was asked for again. */
function memoryStore(
  calls: readonly EvidenceRecord[],
  used: ReadonlyMap<string, EvidenceRecord>,
): EvidenceStore {
  const byId = new Map(calls.map((call) => [call.id, { ...call, investigationId: INVESTIGATION }]));
  return {
    record: async () => undefined,
    get: async (id) => byId.get(id) ?? null,
    list: async () => [...used.values()].map(({ result: _, ...rest }) => rest),
  };
}

function textOf(look: FirstLook, incidentId: string): string {
  return readable(
    renderFirstLook(look, {
      incidentId,
      incidentUrl: null,
      investigationId: INVESTIGATION,
      modelNote: "Replayed",
    }).text,
  );
}
