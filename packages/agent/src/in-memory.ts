import { AppError } from "@oncall/core";
import type { Ledger, ModelCall, Spending, StepStore, StoredStep } from "@oncall/incidents";

/** Steps and ledger of runs that end with this process: for replays and evaluations, which nobody carries on. */
export function inMemoryRuns(): { readonly steps: StepStore; readonly ledger: Ledger } {
  const recorded = new Map<string, StoredStep[]>();
  const calls: ModelCall[] = [];
  const spend = (of: (call: ModelCall) => boolean): number =>
    calls.filter(of).reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  return {
    steps: {
      list: async (runId) => [...(recorded.get(runId) ?? [])].sort((a, b) => a.seq - b.seq),
      async record(runId, step, call) {
        const steps = recorded.get(runId) ?? [];
        if (steps.some(({ seq }) => seq === step.seq))
          throw new AppError("conflict", "Another process has carried this run on; this one stops.");
        recorded.set(runId, [...steps, step]);
        if (call !== undefined) calls.push(call);
      },
    },
    ledger: {
      record: async (call) => void calls.push(call),
      spent: async ({ id, investigationId, service, team }) => ({
        investigation: spend(({ run }) =>
          investigationId === null ? run.id === id : run.investigationId === investigationId,
        ),
        service: spend(({ run }) => service !== null && run.service === service),
        team: spend(({ run }) => team !== null && run.team === team),
        day: spend(() => true),
      }),
      ofInvestigation: async (id) => total(calls.filter(({ run }) => run.investigationId === id)),
      ofRuns: async (ids) => {
        const own = calls.filter(
          ({ run }) => ids.includes(run.id) || ids.includes(run.investigationId ?? ""),
        );
        return { ...total(own), model: own[0]?.model ?? null };
      },
      byDay: async () => [],
    },
  };
}

function total(calls: readonly ModelCall[]): Spending {
  const sum = (of: (call: ModelCall) => number): number => calls.reduce((all, call) => all + of(call), 0);
  const priced = calls.filter(({ costUsd }) => costUsd !== null);
  return {
    usage: {
      calls: calls.length,
      inputTokens: sum(({ usage }) => usage.inputTokens),
      outputTokens: sum(({ usage }) => usage.outputTokens),
      cacheReadTokens: sum(({ usage }) => usage.cacheReadTokens),
      cacheWriteTokens: sum(({ usage }) => usage.cacheWriteTokens),
    },
    costUsd: priced.length === 0 ? null : sum(({ costUsd }) => costUsd ?? 0),
    unpricedCalls: calls.length - priced.length,
  };
}
