import { parseArgs } from "node:util";
import { AppError } from "@oncall/core";
import { about, checkDatabase, checkObjects, readAws, reportText } from "@oncall/tools";
import { print } from "../print.ts";
import { alertReport } from "./analyze-alert.ts";
import { parseJson, read, readCluster } from "./analyze-input.ts";
import { logsReport } from "./analyze-logs.ts";
import { metricsReport } from "./analyze-metrics.ts";

const USAGE = `Usage: oncall analyze kubernetes FILE|- [--logs FILE] [--at TIME] [--about WORDS] [--json]
       oncall analyze logs FILE|- [--json]
       oncall analyze alert FILE|- [--json]
       oncall analyze metrics DIR [--all] [--json]
       oncall analyze database FILE|-… [--json]
  kubernetes: what kubectl prints, also several commands' output after each other: get (also -o wide|yaml|json), describe,
            events, logs below the line with its command; findings about what WORDS name come first
  metrics: a folder of CSV files (a column of times, one or more of numbers) or of Prometheus' range-query answers; when
            each series left its own history; weak changes only with --all
  database: what aws cloudwatch get-metric-data, aws rds describe-events and describe-db-instances, aws pi
            get-resource-metrics and describe-dimension-keys print, a file each`;

interface Options {
  readonly logs?: string | undefined;
  readonly at?: string | undefined;
  readonly about?: string | undefined;
  readonly all?: boolean | undefined;
  /** Further files, where several may be given. */
  readonly others: readonly string[];
}

/** `oncall analyze …`: the analyzers by themselves, on what a file or standard input holds; nothing else is read. */
export async function analyze(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      logs: { type: "string" },
      at: { type: "string" },
      about: { type: "string" },
      all: { type: "boolean" },
    },
  });
  const [what, file, ...rest] = positionals;
  const run = { kubernetes, logs, alert, metrics, database }[what ?? ""];
  if (run === undefined || file === undefined || (rest.length > 0 && what !== "database"))
    throw new AppError("invalid_input", USAGE);
  const { lines, answer } = await run(file, { ...values, others: rest });
  print(values.json === true ? JSON.stringify(answer) : lines.join("\n"));
  return 0;
}

interface Printed {
  readonly lines: readonly string[];
  readonly answer: unknown;
}

/** What kubectl prints, as JSON or as text, any kinds. */
async function kubernetes(file: string, options: Options): Promise<Printed> {
  const { objects, logs, at, notes, whole: kinds } = await readCluster(file, options);
  const report = checkObjects(objects, { now: at, logs, whole: kinds, byEvents: true });
  const { asked, others } = about(report.findings, options.about ?? "");
  const whole = { ...report, findings: [...asked, ...others], notes: [...notes, ...report.notes] };
  return { answer: whole, lines: reportText(whole) };
}

/** When the series of a folder left their own history. */
async function metrics(path: string, { all = false }: Options): Promise<Printed> {
  return await metricsReport(path, { all });
}

/** Failures, stack traces and errors of a log. */
async function logs(file: string): Promise<Printed> {
  return logsReport((await read(file)).split(/\r?\n/));
}

/** The alert that a Slack message or a webhook's body is understood as. */
async function alert(file: string): Promise<Printed> {
  return alertReport(parseJson(await read(file), file), new Date());
}

/** Answers of the AWS CLI about RDS instances: CloudWatch's metrics, RDS's events, Performance Insights. */
async function database(file: string, { others }: Options): Promise<Printed> {
  const contents = await Promise.all(
    [file, ...others].map(async (name) => parseJson(await read(name), name)),
  );
  const { facts, notes } = readAws(contents);
  const report = checkDatabase(facts);
  const all = { ...report, notes: [...notes, ...report.notes] };
  return { answer: all, lines: reportText(all) };
}
