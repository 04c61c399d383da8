import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@oncall/core";
import { readConfig } from "../installation.ts";
import type { Company } from "./company.ts";

/** Where the practice company's Slack page is, for commands from other terminals. */
export interface OpenScreen {
  readonly url: string;
  readonly scenario: string;
  readonly pid: number;
  /** The product beside it, for questions. */
  readonly api: { readonly url: string; readonly token: string };
}

/** The same address each time, where it is free. */
const PORT = 3300;

/** Opens the page that stands in for Slack, and leaves a note of it in ONCALL_DATA_DIR until `close`. */
export async function openScreen({
  sandbox,
  api,
  token,
}: Company): Promise<{ url: string; close(): Promise<void> }> {
  const { url } = await sandbox.showScreen({ productUrl: api.url, port: PORT }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.kind !== "conflict") throw error;
    return sandbox.showScreen({ productUrl: api.url });
  });
  const { folder, file } = noteOf();
  const note: OpenScreen = {
    url,
    scenario: sandbox.scenario.name,
    pid: process.pid,
    api: { url: api.url, token },
  };
  await mkdir(folder, { recursive: true });
  // Whoever reads it may ask the product.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  return {
    url,
    async close() {
      // Another sandbox may have been started since; the note is then its own.
      if ((await readScreen())?.pid === process.pid) await rm(file, { force: true });
    },
  };
}

/** The sandbox that was started last, or null. It may have ended without saying so. */
export async function readScreen(): Promise<OpenScreen | null> {
  try {
    return JSON.parse(await readFile(noteOf().file, "utf8")) as OpenScreen;
  } catch {
    return null;
  }
}

function noteOf(): { folder: string; file: string } {
  const folder = readConfig().database.dataDir;
  return { folder, file: join(folder, "sandbox.json") };
}
