import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { AppError } from "@oncall/core";
import type { SlotAnswer, SlotJob } from "./slot-protocol.ts";

export interface SlotsOptions {
  readonly parallel: number;
  /** What one job may take before its process is ended. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  onAnswer(job: SlotJob, answer: SlotAnswer): Promise<void> | void;
}

/**
 * Works the jobs off in as many processes as asked for, so that one slot's work does not slow another's clock
 * down. A process that dies or hangs fails its job, and another takes its place. Throws when aborted.
 */
export async function runInSlots(jobs: readonly SlotJob[], options: SlotsOptions): Promise<void> {
  const { parallel, timeoutMs, signal, onAnswer } = options;
  const waiting = [...jobs];
  const work = async (): Promise<void> => {
    let slot: ChildProcess | undefined;
    try {
      for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
        slot = slot?.connected ? slot : openSlot();
        const answer = await ask(slot, job, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
        if (!signal.aborted) await onAnswer(job, answer);
      }
    } finally {
      if (slot) await end(slot);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, jobs.length) }, work));
  if (signal.aborted) throw new AppError("unavailable", "Stopped before all scenarios were run.");
}

function openSlot(): ChildProcess {
  // Standard output belongs to the report.
  return fork(new URL("./slot.js", import.meta.url), { stdio: ["ignore", 2, 2, "ipc"] });
}

function ask(slot: ChildProcess, job: SlotJob, signal: AbortSignal): Promise<SlotAnswer> {
  return new Promise((resolve) => {
    const finish = (answer: SlotAnswer): void => {
      slot.off("message", answered);
      slot.off("exit", exited);
      slot.off("error", broken);
      signal.removeEventListener("abort", late);
      resolve(answer);
    };
    const answered = (message: unknown): void => finish(message as SlotAnswer);
    const exited = (code: number | null, by: NodeJS.Signals | null): void =>
      finish({ failed: `Its process ended (${by ?? `exit code ${code}`}).` });
    const broken = (error: Error): void => finish({ failed: `Its process failed: ${error.message}` });
    const late = (): void => {
      slot.kill("SIGKILL");
      if (slot.connected) slot.disconnect();
      finish({ failed: "It was not done in time." });
    };
    slot.once("message", answered);
    slot.once("exit", exited);
    slot.once("error", broken);
    signal.addEventListener("abort", late, { once: true });
    slot.send(job, (error) => error && broken(error));
  });
}

async function end(slot: ChildProcess): Promise<void> {
  if (slot.exitCode !== null || slot.signalCode !== null) return;
  const ended = once(slot, "exit");
  if (slot.connected) slot.disconnect();
  await ended;
}
