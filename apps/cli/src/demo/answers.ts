import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@oncall/core";
import type { Evidence, Incident, Investigation, Post, Spending } from "@oncall/incidents";
import type { SlackMessage } from "@oncall/sandbox";
import type { Company } from "./company.ts";

/** What GET /api/incidents/:id answers, as far as the demo reads it. */
export interface IncidentDetail {
  readonly incident: Incident;
  readonly investigations: readonly (Investigation & {
    readonly evidence: readonly Evidence[];
    readonly posts: readonly Post[];
    readonly spending: Spending;
  })[];
}

export interface Answers {
  readonly thread: readonly SlackMessage[];
  /** The thread as a person reads it. */
  readonly text: string;
  readonly incident: IncidentDetail;
  /** From the event sent to the first look accepted by Slack, milliseconds. */
  readonly firstLookMs: number;
}

const FIRST_LOOK_TIMEOUT_MS = 60_000;
const DIAGNOSIS_TIMEOUT_MS = 240_000;
/** After the last post. */
const END_TIMEOUT_MS = 10_000;
const ASK_EVERY_MS = 50;

/** Fires the scenario's alert and waits until everything that follows stands in its thread. */
export async function readAnswers(company: Company, tell: (line: string) => void): Promise<Answers> {
  const { sandbox, api } = company;
  const sentAt = performance.now();
  const alert = await sandbox.fireAlert(api.url);
  if (alert.status !== 200)
    throw new AppError("bug", `The API answered ${alert.status} to the alert's event.`);
  tell(`Alert: signed Slack event acknowledged in ${Math.round(alert.ms)} ms.`);

  const { channel, ts } = alert;
  await sandbox.waitFor("The first look", () => sandbox.thread(channel, ts)[1], FIRST_LOOK_TIMEOUT_MS);
  const firstLookMs = Math.round(performance.now() - sentAt);
  tell(`First look in the thread after ${(firstLookMs / 1000).toFixed(1)} s.`);
  if (company.hasModel) tell("Waiting for the diagnosis…");
  const incident = await finishedIncident(company, company.hasModel ? DIAGNOSIS_TIMEOUT_MS : END_TIMEOUT_MS);
  return {
    thread: sandbox.thread(channel, ts),
    text: sandbox.render(channel, ts),
    incident,
    firstLookMs,
  };
}

/** The newest incident, once its investigation is written down to the end. */
export async function finishedIncident(
  { remote }: Company,
  timeoutMs = END_TIMEOUT_MS,
): Promise<IncidentDetail> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const { incidents } = (await remote.get("/api/incidents")) as { incidents: Incident[] };
    const id = incidents[0]?.id;
    const detail =
      id === undefined ? undefined : ((await remote.get(`/api/incidents/${id}`)) as IncidentDetail);
    if (detail?.investigations.every(({ status }) => status !== "running")) return detail;
    await delay(ASK_EVERY_MS);
  }
  throw new AppError("unavailable", `The investigation was not finished within ${timeoutMs / 1000} s.`);
}
