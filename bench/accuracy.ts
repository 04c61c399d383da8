import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CALIBRATION_BINS, calibrationBins, calibrationError, type Stated } from "@oncall/core";
import { openData } from "./accuracy/task.ts";
import { tasks } from "./accuracy/tasks.ts";
import { type Figure, report } from "./report.ts";

/** Over all tasks together: one alone has too few cases for ten bins. */
const MAX_CALIBRATION_ERROR = 0.1;

const USAGE = `Usage: pnpm bench accuracy [--task NAME]… [--data DIR] [--json]
  --task  one of ${tasks.map(({ name }) => name).join(", ")}; all when left out
  --data  folder with the labelled cases; the environment variable ONCALL_BENCH_DATA replaces it`;

/**
 * `pnpm bench accuracy`: the product's own functions against cases that others collected and labelled. Answers 0 when
 * every bar is met, 1 when one is missed, 2 for bad usage or data that is not there.
 */
export async function main(args: string[]): Promise<number> {
  const given = optionsOf(args);
  if (typeof given === "string") return refused(given);
  const unknown = given.tasks.filter((name) => !tasks.some((task) => task.name === name));
  if (unknown.length > 0) return refused(`There is no task "${unknown.join('", "')}".`);
  const data = process.env.ONCALL_BENCH_DATA || given.data;
  if (data === undefined) return refused("Say where the cases are: --data DIR, or ONCALL_BENCH_DATA=DIR.");
  const root = resolve(process.env.INIT_CWD ?? process.cwd(), data);
  if (!existsSync(root)) return refused(`There is no folder ${root}: give the one that holds the cases.`);

  const chosen = tasks.filter(({ name }) => given.tasks.length === 0 || given.tasks.includes(name));
  const figures: Figure[] = [];
  const notes: string[] = [];
  const stated: Stated[] = [];
  for (const task of chosen) {
    const opened = openData(root, task);
    if (opened === null) {
      return refused(`${root} lacks ${task.folders.join(" or ")}, each with a folder dev or heldout.`);
    }
    const measured = await task.run(opened);
    const { stated: saidHere = [] } = measured;
    stated.push(...saidHere);
    figures.push(
      ...[...measured.figures, ...calibrationOf(saidHere, null)].map((figure) => ({
        ...figure,
        name: `${task.name}: ${figure.name}`,
      })),
    );
    notes.push(...measured.notes.map((note) => `${task.name}: ${note}`));
  }
  figures.push(...calibrationOf(stated, MAX_CALIBRATION_ERROR));
  return report("accuracy", figures, notes, given.json);
}

/** Of nothing stated there is no figure. */
function calibrationOf(stated: readonly Stated[], most: number | null): Figure[] {
  const value = calibrationError(calibrationBins(stated));
  if (value === null) return [];
  return [
    {
      name: most === null ? "calibration error" : "calibration error of all confidences together",
      value,
      unit: `n = ${stated.length}, ${CALIBRATION_BINS} bins`,
      bar: most === null ? null : `≤ ${most}`,
      ok: most === null || value <= most,
    },
  ];
}

interface Options {
  readonly tasks: readonly string[];
  readonly data: string | undefined;
  readonly json: boolean;
}

function optionsOf(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== "--"),
      options: {
        task: { type: "string", multiple: true },
        data: { type: "string" },
        json: { type: "boolean" },
      },
    });
    return { tasks: values.task ?? [], data: values.data, json: values.json ?? false };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refused(why: string): number {
  console.error(`${why}\n${USAGE}`);
  return 2;
}
