import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCatalog, type ServiceEntry } from "@oncall/catalog";
import { AppError } from "@oncall/core";
import { createEvidenceStore, type EvidenceRecord, type InvestigateRequest } from "@oncall/incidents";
import { connect, createInbox } from "@oncall/platform";
import type { Truth } from "@oncall/sandbox";
import type { Subject } from "@oncall/triage";
import type { IncidentDetail } from "../demo/answers.ts";
import type { Company } from "../demo/company.ts";
import type { Case, EvalRun } from "./run.ts";

const VERSION = 1;

/** Everything an investigation read: what it takes to look at the incident again without the world. */
export interface Recording extends Case {
  readonly version: typeof VERSION;
  readonly title: string;
  readonly truth: Truth;
  /** The world's time, ISO 8601. */
  readonly now: string;
  readonly subject: Subject;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly service: string | null;
    readonly startedAt: string;
  };
  /** The catalog. */
  readonly services: readonly ServiceEntry[];
  /** Every tool call: name, input, result. */
  readonly calls: readonly EvidenceRecord[];
}

/** Reads the finished investigation back out of the company's database. */
export async function recordingOf(
  { scenario, seed, title, truth, firstLook }: EvalRun,
  { databaseUrl }: Company,
  { incident, investigations }: IncidentDetail,
): Promise<Recording> {
  const sql = connect(databaseUrl, { max: 2, applicationName: "oncall-eval" });
  try {
    const [investigation] = investigations;
    if (investigation === undefined || firstLook === null)
      throw new AppError("not_found", `${scenario} was not investigated.`);
    const { payload } = await createInbox(sql).get(investigation.inboxId);
    const request = payload as InvestigateRequest;
    const store = createEvidenceStore(sql);
    const calls = await Promise.all(investigation.evidence.map(({ id }) => store.get(id)));
    const { id, title: name, service, startedAt } = incident;
    return {
      version: VERSION,
      scenario,
      seed,
      title,
      truth,
      now: firstLook.window.to,
      subject: {
        alert: request.trigger === "alert" ? request.alert : null,
        question: null,
        target: null,
        startedAt,
      },
      incident: { id, title: name, service, startedAt },
      services: await createCatalog(sql).all(),
      calls: calls.filter((call) => call !== null),
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

export async function writeRecording(folder: string, recording: Recording): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${recording.scenario}.seed-${recording.seed}.json`);
  await writeFile(file, `${JSON.stringify(recording, null, 1)}\n`);
}

/** All recordings of a folder, by name. Throws invalid_input for a folder without any and for a file that is none. */
export async function readRecordings(folder: string): Promise<Recording[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new AppError("invalid_input", `The folder ${folder} cannot be read.`, { cause });
  });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  if (files.length === 0)
    throw new AppError(
      "invalid_input",
      `There are no recordings in ${folder}; --record ${folder} makes some.`,
    );
  return Promise.all(files.map((name) => readRecording(join(folder, name))));
}

async function readRecording(file: string): Promise<Recording> {
  const text = await readFile(file, "utf8");
  let read: Partial<Recording> | null;
  try {
    read = JSON.parse(text) as Partial<Recording> | null;
  } catch (cause) {
    throw new AppError("invalid_input", `${file} is not JSON.`, { cause });
  }
  const isOne = read?.version === VERSION && read.truth && read.subject && read.services && read.calls;
  if (!isOne)
    throw new AppError("invalid_input", `${file} is not a recording of this version: record it again.`);
  return read as Recording;
}
