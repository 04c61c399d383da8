import {
  type AgentDeps,
  ask,
  callUsage,
  costOf,
  explainModelError,
  type ModelClient,
  noUsage,
} from "@oncall/agent";
import type { SlackBackend } from "@oncall/backends";
import {
  admit,
  claimNotice,
  dueNotice,
  type ModelHealthStore,
  noticed,
  type Outage,
  type PostStore,
  type SlackPlace,
} from "@oncall/incidents";
import { deliverOnce, renderDegraded, renderRecovered } from "@oncall/integrations";
import type { Logger } from "@oncall/platform";

export interface ModelWatchDeps {
  readonly health: ModelHealthStore;
  readonly model: ModelClient;
  /** A probe is a call that costs like any other. */
  readonly agent: Pick<AgentDeps, "ledger" | "prices">;
  readonly posts: PostStore;
  readonly slack: SlackBackend | undefined;
  /** Where notices about the assistant itself go; without one, into the thread of an incident concerned. */
  readonly opsChannel: string | undefined;
  /** The endpoint's host, for people. */
  readonly endpoint: string;
  readonly logger: Logger;
}

export interface ModelWatch {
  /** Says what is due; `thread` is where it may be said without an ops channel. */
  tell(thread: SlackPlace | null): Promise<void>;
  /** Stops, after the pass under way. */
  close(): Promise<void>;
}

const INTERVAL_MS = 2_000;
/** Less than a claim on a notice lasts. */
const SAY_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 60_000;
/** As little as a model can be asked. */
const PROBE = {
  max_tokens: 16,
  messages: [{ role: "user" as const, content: "Answer with one word: ready?" }],
};

/**
 * Tries a model that failed again when its pause is over, so that no incident has to find out, and posts one
 * notice when it stops working and one when it works again. Any number of workers may watch.
 */
export function startModelWatch(deps: ModelWatchDeps): ModelWatch {
  const { health, logger } = deps;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> = Promise.resolve();

  async function tell(thread: SlackPlace | null): Promise<void> {
    try {
      await sayDue(deps, thread);
    } catch (err) {
      logger.warn({ err }, "a notice about the model could not be posted; it is tried again");
    }
  }

  async function watch(): Promise<void> {
    const due = await health.change((before, now) => {
      const [, admission] = admit(before, now, "");
      return [before, before.state !== "closed" && admission.go ? (before.outage?.id ?? "out") : null];
    });
    // Its guard lets one through and remembers what comes of it.
    if (due !== null) await probe(due, deps);
    await tell(null);
  }

  function next(): void {
    timer = setTimeout(() => {
      pass = watch()
        .catch((err: unknown) => logger.warn({ err }, "the model could not be watched; tried again"))
        .finally(() => {
          if (!closed) next();
        });
    }, INTERVAL_MS);
    timer.unref();
  }
  next();

  return {
    tell,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await pass;
    },
  };
}

async function probe(
  outageId: string,
  { model, agent: { ledger, prices }, logger }: ModelWatchDeps,
): Promise<void> {
  const began = performance.now();
  let usage = noUsage;
  let outcome = "ok";
  try {
    usage = callUsage((await ask(model, PROBE, AbortSignal.timeout(PROBE_TIMEOUT_MS))).usage);
  } catch (thrown) {
    outcome = explainModelError(thrown, model.model).kind;
  }
  const call = {
    run: { id: outageId, investigationId: null, service: null, team: null },
    role: "probe",
    model: model.model,
    usage,
    costUsd: costOf(usage, model.model, prices),
    tookMs: performance.now() - began,
    outcome,
  };
  await ledger
    .record(call)
    .catch((err: unknown) =>
      logger.warn({ err, call }, "a probe of the model could not be put into the ledger"),
    );
}

async function sayDue(deps: ModelWatchDeps, thread: SlackPlace | null): Promise<void> {
  const { health, posts, slack, endpoint } = deps;
  const { outage } = await health.read();
  if (!slack || !outage || dueNotice(outage) === null) return;
  const place = await placeOf(deps, outage, thread);
  if (place === null) return;
  const kind = await health.change(claimNotice);
  if (kind === null) return;
  const render = kind === "degraded" ? renderDegraded : renderRecovered;
  const message = { ...render(outage, endpoint), kind, channel: place.channel, threadTs: place.threadTs };
  await deliverOnce({ slack, posts }, { outageId: outage.id }, message, AbortSignal.timeout(SAY_TIMEOUT_MS));
  await health.change((before) => [noticed(before, outage.id, kind), undefined]);
}

/** The end is said where the beginning was. */
async function placeOf(
  { opsChannel, posts }: ModelWatchDeps,
  outage: Outage,
  thread: SlackPlace | null,
): Promise<SlackPlace | null> {
  if (opsChannel !== undefined) return { channel: opsChannel };
  const [said] = await posts.ofOutage(outage.id);
  if (!said) return thread;
  return { channel: said.channel, ...(said.threadTs === null ? {} : { threadTs: said.threadTs }) };
}
