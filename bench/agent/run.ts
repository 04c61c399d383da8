import { createModel, diagnose, listPrices, loadSpecialists } from "@oncall/agent";
import type { Diagnosis } from "@oncall/incidents";
import { startScriptedModel } from "@oncall/sandbox";
import type { Registry } from "@oncall/tools";
import type { Acme } from "./acme.ts";
import { script } from "./script.ts";
import { type Part, partsOf } from "./sizes.ts";

export interface AgentRun {
  readonly diagnosis: Diagnosis;
  readonly toolCalls: number;
  /** Milliseconds: from the first to the last, waiting for the model, and in tools (together, not one by one). */
  readonly totalMs: number;
  readonly modelMs: number;
  readonly toolMs: number;
  readonly requests: number;
  readonly parts: readonly Part[];
}

/** One diagnosis by the scripted model, with a prompt cache that knows nothing yet. */
export async function runOnce(acme: Acme, investigationId: string): Promise<AgentRun> {
  const server = await startScriptedModel({ script });
  try {
    const subject = await acme.look(investigationId);
    const tools = timed(acme.registry);
    const started = performance.now();
    const model = createModel({ apiKey: "scripted", baseUrl: server.url, model: "claude-opus-5-5" });
    const toolNames = acme.registry.tools.map(({ name }) => name);
    const outcome = await diagnose(subject, {
      model,
      specialists: { agents: loadSpecialists(undefined, toolNames), modelOf: () => model },
      role: "lead",
      registry: tools.registry,
      evidence: acme.evidence,
      evidenceScope: investigationId,
      run: { id: investigationId, investigationId, service: subject.firstLook.service, team: "commerce" },
      steps: acme.steps,
      ledger: acme.ledger,
      prices: listPrices,
      budgets: { investigation: 1, service: 20, team: 50, day: 100 },
      onset: subject.firstLook.onset === null ? undefined : new Date(subject.firstLook.onset),
      now: acme.now,
      elapsed: () => performance.now() - started,
      signal: AbortSignal.timeout(60_000),
      logger: { warn: (facts, message) => console.error(message, facts) },
    });
    const totalMs = performance.now() - started;
    if (outcome.state === "failed") throw new Error(outcome.reason);
    const unverified = outcome.diagnosis.root_causes.flatMap(({ citations }) =>
      citations.filter(({ verified }) => !verified),
    );
    if (unverified.length > 0) throw new Error(`citations that do not hold: ${JSON.stringify(unverified)}`);
    const last = server.requests.at(-1);
    return {
      diagnosis: outcome.diagnosis,
      toolCalls: (await acme.steps.list(investigationId)).filter(({ kind }) => kind === "tool").length,
      totalMs,
      modelMs: await acme.modelMs(investigationId),
      toolMs: tools.spentMs(),
      requests: server.requests.length,
      parts: last === undefined ? [] : partsOf(last),
    };
  } finally {
    await server.close();
  }
}

/** The registry, and the time in which at least one of its calls was under way. */
function timed(registry: Registry): { registry: Registry; spentMs(): number } {
  let running = 0;
  let since = 0;
  let spent = 0;
  return {
    registry: {
      ...registry,
      async call(...args) {
        if (running++ === 0) since = performance.now();
        try {
          return await registry.call(...args);
        } finally {
          if (--running === 0) spent += performance.now() - since;
        }
      },
    },
    spentMs: () => spent,
  };
}
