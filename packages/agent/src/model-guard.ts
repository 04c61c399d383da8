import { AppError, newId } from "@oncall/core";
import {
  type Admission,
  abandoned,
  admit,
  failed,
  type ModelHealth,
  type ModelHealthStore,
  type Outage,
  succeeded,
} from "@oncall/incidents";
import { explainModelError, ModelError } from "./model-errors.ts";

/** The circuit breaker around every call of one endpoint, whoever calls: investigations, questions, specialists. */
export interface ModelGuard {
  /** Makes the call, and remembers what it says of the endpoint. Throws unavailable at once while the circuit is open. */
  run<T>(model: string, call: () => Promise<T>): Promise<T>;
  /** Why no call is made at present, in words; null while one may be. */
  standing(): Promise<string | null>;
}

export interface ModelGuardOptions {
  readonly health: ModelHealthStore;
  /** Before an endpoint that failed is tried again; twice as long each time, up to 15 minutes. */
  readonly firstPauseMs: number;
  readonly logger: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
}

export function createModelGuard({ health, firstPauseMs, logger }: ModelGuardOptions): ModelGuard {
  /** Keeps what a call has shown. That must not cost the call's own result. */
  async function remember(step: (before: ModelHealth, now: Date) => ModelHealth): Promise<void> {
    try {
      await health.change((before, now) => {
        const after = step(before, now);
        if (before.state !== "open" && after.state === "open")
          logger.warn({ outage: after.outage?.id, failures: after.failures }, "model degraded");
        if (before.state !== "closed" && after.state === "closed")
          logger.info({ outage: after.outage?.id }, "model recovered");
        return [after, undefined];
      });
    } catch (err) {
      logger.warn({ err }, "the model's health could not be kept");
    }
  }

  async function judge(thrown: unknown, model: string, probe: string | null): Promise<void> {
    const error = explainModelError(thrown, model);
    if (!(error instanceof ModelError) || error.failure === "stopped")
      return remember((before) => abandoned(before, probe));
    // It refused this one request, so it works.
    if (error.breaker === "none") return remember((before, now) => succeeded(before, now, probe));
    const { message: words, retryAfterMs, breaker } = error;
    const trouble = { atOnce: breaker === "at_once", words, retryAfterMs };
    const outageId = newId("out");
    return remember((before, now) => failed(before, now, { probe, trouble, outageId, firstPauseMs }));
  }

  return {
    async run(model, call) {
      const id = newId("out");
      const admission = await health.change<Admission>((before, now) => admit(before, now, id));
      if (!admission.go) throw new AppError("unavailable", outageWords(admission.outage));
      const { probe } = admission;
      try {
        const result = await call();
        await remember((before, now) => succeeded(before, now, probe));
        return result;
      } catch (thrown) {
        await judge(thrown, model, probe);
        throw thrown;
      }
    },

    async standing() {
      const [, admission] = await health.change((before, now) => [before, admit(before, now, "")] as const);
      return admission.go ? null : outageWords(admission.outage);
    },
  };
}

/** What people read of an outage: since when, how often, and what to do. */
export function outageWords({ since, failures, trouble }: Outage): string {
  const when = `since ${since.slice(11, 16)} UTC`;
  return trouble.atOnce
    ? `The model cannot be used ${when}. ${trouble.words}`
    : `The model has failed ${failures} ${failures === 1 ? "time" : "times"} ${when}. ${trouble.words}`;
}
