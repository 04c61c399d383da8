import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { createSyncLog, parseServiceYaml, renderProblems } from "@oncall/catalog";
import { AppError } from "@oncall/core";
import { connect } from "@oncall/platform";
import { openDatabase, quietLogger, readConfig } from "../installation.ts";
import { print } from "../print.ts";
import { remoteOf } from "../remote.ts";

/** `oncall catalog lint FILE…` and `oncall catalog syncs [ID]`. */
export async function catalog(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" } },
  });
  const [verb, ...rest] = positionals;
  if (verb === "lint" && rest.length > 0) return lint(rest);
  if (verb === "syncs" && rest.length <= 1) return syncs(rest[0], values.json === true);
  throw new AppError(
    "invalid_input",
    "Usage: oncall catalog lint FILE… | oncall catalog syncs [ID] [--json]",
  );
}

async function lint(files: readonly string[]): Promise<number> {
  let failed = false;
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((cause: unknown) => {
      throw new AppError("invalid_input", `${file} cannot be read.`, { cause });
    });
    const result = parseServiceYaml(text);
    print(renderProblems(file, result));
    failed ||= result.errors.length > 0;
  }
  return failed ? 1 : 0;
}

async function syncs(id: string | undefined, json: boolean): Promise<number> {
  const config = readConfig();
  const remote = remoteOf(config);
  const found = remote
    ? await remote.get(
        id === undefined ? "/api/catalog/syncs" : `/api/catalog/syncs/${encodeURIComponent(id)}`,
      )
    : await fromDatabase(id);
  print(JSON.stringify(found, null, json ? 0 : 2));
  return 0;

  async function fromDatabase(wanted: string | undefined): Promise<unknown> {
    const database = await openDatabase(config, quietLogger(config));
    const sql = connect(database.url, { max: 1 });
    try {
      const log = createSyncLog(sql);
      return wanted === undefined ? { syncs: await log.list({ limit: 50 }) } : await log.get(wanted);
    } finally {
      await sql.end({ timeout: 5 });
      await database.close();
    }
  }
}
