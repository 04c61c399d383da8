import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stated } from "@oncall/core";
import type { Figure } from "../report.ts";

/** One thing that is measured against cases that others labelled. */
export interface Task {
  /** What `--task` calls it. */
  readonly name: string;
  /** Folders of the data that it needs. */
  readonly folders: readonly string[];
  run(data: TaskData): Promise<Measured> | Measured;
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  /** Where answers carry a confidence: what was said first of each case, each case once. */
  readonly stated?: readonly Stated[];
}

export interface TaskData {
  /** The cases of a folder's JSON file: of its `dev` and `heldout` half, whichever is there. */
  cases<T>(folder: string, file: string): readonly T[];
  /** What lies in a folder's halves, as paths in the order of their names: one file or folder per case. */
  entries(folder: string): readonly string[];
}

const HALVES = ["dev", "heldout"];

/** The data under a folder; null when it lacks what the task needs. */
export function openData(root: string, { folders }: Task): TaskData | null {
  const halves = (folder: string): string[] =>
    HALVES.map((half) => join(root, folder, half)).filter((path) => existsSync(path));
  if (folders.some((folder) => halves(folder).length === 0)) return null;
  return {
    cases: <T>(folder: string, file: string): readonly T[] =>
      halves(folder).flatMap((path) => JSON.parse(readFileSync(join(path, file), "utf8")) as T[]),
    entries: (folder) =>
      halves(folder).flatMap((path) =>
        readdirSync(path)
          .sort()
          .map((name) => join(path, name)),
      ),
  };
}

/** A share from 0 to 1 with its bar. */
export function share(name: string, hits: number, of: number, least: number): Figure {
  const value = of === 0 ? 0 : hits / of;
  return { name, value, unit: `share of ${of}`, bar: `≥ ${least}`, ok: value >= least };
}
