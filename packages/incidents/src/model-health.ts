/** What a failed model call says: whether it may pass, and what a person reads. */
export interface ModelTrouble {
  /** Nobody can be served until a person acts: a refused key, an empty account. */
  readonly atOnce: boolean;
  readonly words: string;
  /** How long the endpoint asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A circuit breaker over one model endpoint. closed: calls go through, failures in a row are counted. open: no call
 * is made. probing: one call finds out whether it works again. Times are ISO 8601 of the database's clock.
 */
export interface ModelHealth {
  readonly state: "closed" | "open" | "probing";
  /** In a row, up to the outage that they opened. */
  readonly failures: number;
  /** When the first of them failed. */
  readonly since: string | null;
  /** The present outage, or the last one; null when there was none. */
  readonly outage: Outage | null;
  /** Who may find out, until when; after that another may. */
  readonly probe: { readonly id: string; readonly until: string } | null;
}

export interface Outage {
  readonly id: string;
  readonly since: string;
  readonly failures: number;
  readonly trouble: ModelTrouble;
  readonly pauseMs: number;
  readonly retryAt: string;
  readonly endedAt: string | null;
  /** The last notice that is known to stand. */
  readonly said: "nothing" | "degraded" | "recovered";
  /** Until then another process is saying it. */
  readonly sayingUntil: string | null;
}

export const wellModel: ModelHealth = {
  state: "closed",
  failures: 0,
  since: null,
  outage: null,
  probe: null,
};

/** Failures in a row that open the circuit. */
export const FAILURE_THRESHOLD = 3;
const MAX_PAUSE_MS = 15 * 60_000;
/** Longer than any call with its retries: a process that died while probing holds nobody up for more. */
const PROBE_MS = 4 * 60_000;
/** Longer than posting to Slack may take. */
const SAYING_MS = 60_000;

export type Admission =
  | { readonly go: true; readonly probe: string | null }
  | { readonly go: false; readonly outage: Outage };

/** Whether a call may be made. `probe` is the id that it gets when it is the one that finds out. */
export function admit(health: ModelHealth, now: Date, probe: string): [ModelHealth, Admission] {
  const { outage } = health;
  if (health.state === "closed" || outage === null) return [health, { go: true, probe: null }];
  const waits = health.state === "open" ? outage.retryAt : (health.probe?.until ?? outage.retryAt);
  if (now.toISOString() < waits) return [health, { go: false, outage }];
  const probing: ModelHealth = {
    ...health,
    state: "probing",
    probe: { id: probe, until: later(now, PROBE_MS) },
  };
  return [probing, { go: true, probe }];
}

/** A call was answered. While the circuit is open only the probe's answer counts: others began before it opened. */
export function succeeded(health: ModelHealth, now: Date, probe: string | null): ModelHealth {
  if (health.state === "closed") return health.failures === 0 ? health : { ...health, ...counted };
  if (probe === null || health.probe?.id !== probe) return health;
  const outage = health.outage && { ...health.outage, endedAt: now.toISOString() };
  return { ...wellModel, outage };
}

const counted = { failures: 0, since: null };

export interface Failure {
  readonly probe: string | null;
  readonly trouble: ModelTrouble;
  /** Names the outage, should this failure begin one. */
  readonly outageId: string;
  /** Before the first probe; each further one waits twice as long, up to 15 minutes. */
  readonly firstPauseMs: number;
}

/** A call failed in a way that speaks of the endpoint. */
export function failed(
  health: ModelHealth,
  now: Date,
  { probe, trouble, outageId, firstPauseMs }: Failure,
): ModelHealth {
  if (health.state !== "closed") {
    if (probe === null || health.probe?.id !== probe || health.outage === null) return health;
    const pauseMs = pause(health.outage.pauseMs * 2, trouble);
    const outage = { ...health.outage, trouble, pauseMs, retryAt: later(now, pauseMs) };
    return { ...health, state: "open", probe: null, outage };
  }
  const failures = health.failures + 1;
  const since = health.since ?? now.toISOString();
  if (failures < FAILURE_THRESHOLD && !trouble.atOnce) return { ...health, failures, since };
  const pauseMs = pause(firstPauseMs, trouble);
  const before = health.outage && goesOn(health.outage, now) ? health.outage : null;
  const outage: Outage = {
    id: before?.id ?? outageId,
    since: before?.since ?? since,
    failures: failures + (before?.failures ?? 0),
    trouble,
    pauseMs,
    retryAt: later(now, pauseMs),
    endedAt: null,
    said: before?.said ?? "nothing",
    sayingUntil: null,
  };
  return { state: "open", failures, since, outage, probe: null };
}

/** Nobody was told that it had ended, and nobody is being told: then it has not. */
function goesOn({ said, sayingUntil }: Outage, now: Date): boolean {
  return said !== "recovered" && (sayingUntil ?? "") <= now.toISOString();
}

/** The probe was given up before it had found out: the next call may try at once. */
export function abandoned(health: ModelHealth, probe: string | null): ModelHealth {
  if (probe === null || health.probe?.id !== probe) return health;
  return { ...health, state: "open", probe: null };
}

export type ModelNotice = "degraded" | "recovered";

/** The notice that is due, claimed for one process. An outage's end is said after its beginning, never alone. */
export function claimNotice(health: ModelHealth, now: Date): [ModelHealth, ModelNotice | null] {
  const { outage } = health;
  const kind = outage && dueNotice(outage);
  if (!outage || !kind || (outage.sayingUntil ?? "") > now.toISOString()) return [health, null];
  return [{ ...health, outage: { ...outage, sayingUntil: later(now, SAYING_MS) } }, kind];
}

/** What people have not been told yet. */
export function dueNotice({ said, endedAt }: Outage): ModelNotice | null {
  if (said === "nothing") return "degraded";
  return said === "degraded" && endedAt !== null ? "recovered" : null;
}

/** The claimed notice stands. One that could not be made is due again when its claim is over. */
export function noticed(health: ModelHealth, outageId: string, said: ModelNotice): ModelHealth {
  const { outage } = health;
  if (outage?.id !== outageId) return health;
  return { ...health, outage: { ...outage, said, sayingUntil: null } };
}

function pause(ms: number, { retryAfterMs = 0 }: ModelTrouble): number {
  return Math.min(MAX_PAUSE_MS, Math.max(ms, retryAfterMs));
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
