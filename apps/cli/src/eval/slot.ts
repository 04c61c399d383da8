import { createLogger } from "@oncall/platform";
import { type Answers, readAnswers } from "../demo/answers.ts";
import { type Company, openCompany } from "../demo/company.ts";
import { readable } from "./readable.ts";
import { recordingOf } from "./recording.ts";
import type { EvalRun } from "./run.ts";
import { silence } from "./silence.ts";
import type { SlotAnswer, SlotJob } from "./slot-protocol.ts";
import { worldClock } from "./world-time.ts";

/** A budget that no machine's load reaches: what is cut off would differ from run to run. */
const PATIENCE_MS = 30_000;

// The entry of a slot's process (slots.ts forks it): one scenario after the other, each with a company, a
// composition root and a database of its own.
process.on("message", (job: SlotJob) => {
  answer(job)
    .catch(
      (error: unknown): SlotAnswer => ({ failed: error instanceof Error ? error.message : String(error) }),
    )
    .then((said) => process.send?.(said));
});
// Whoever asked is gone.
process.on("disconnect", () => process.exit());

async function answer({ scenario, seed, database, model, record }: SlotJob): Promise<SlotAnswer> {
  const company = await openCompany({
    scenario,
    seed,
    freePort: true,
    scriptedModel: model === "scripted",
    useModel: model !== "none",
    database,
    clock: worldClock(seed),
    firstLookBudgetMs: PATIENCE_MS,
    logger: createLogger({ level: "silent", destination: "stderr" }),
    tell: () => undefined,
  });
  const done = new AbortController();
  try {
    const reading = readAnswers(company, () => undefined);
    const answers = await firstOf(reading, silence(company, done.signal));
    const run = runOf(seed, company, answers);
    return { run, recording: record && answers ? await recordingOf(run, company, answers.incident) : null };
  } finally {
    done.abort();
    await company.close();
  }
}

/** Whichever ends first; what becomes of the other is of no interest. */
async function firstOf<A, B>(one: Promise<A>, other: Promise<B>): Promise<A | B> {
  for (const promise of [one, other]) promise.catch(() => undefined);
  return await Promise.race([one, other]);
}

function runOf(seed: number, { sandbox, hasModel }: Company, answers: Answers | null): EvalRun {
  const investigation = answers?.incident.investigations[0];
  const { name, title, truth } = sandbox.scenario;
  const evidence = investigation?.evidence ?? [];
  return {
    scenario: name,
    seed,
    title,
    truth,
    firstLook: investigation?.firstLook ?? null,
    text: readable(answers?.thread[1]?.text ?? ""),
    firstLookMs: answers?.firstLookMs ?? null,
    diagnosis: investigation?.diagnosis ?? null,
    diagnosisSkipped: investigation?.diagnosisSkipped ?? null,
    spent: hasModel && investigation ? investigation.spending : null,
    evidence: evidence.map(({ id, tool, summary, state, durationMs }) => ({
      id,
      tool,
      summary,
      state,
      durationMs,
    })),
  };
}
