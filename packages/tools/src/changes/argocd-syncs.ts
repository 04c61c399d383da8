import type { ArgoCdApplication } from "@oncall/backends";
import { minutesBetween, type TimeWindow } from "@oncall/core";
import type { Deploy } from "../outputs/index.ts";

/** An application's syncs in the window, and the operation that has not made it into the history, newest first. */
export function syncRows(application: ArgoCdApplication, window: TimeWindow, link: string): Deploy[] {
  const row = (at: string, title: string, more: Partial<Deploy>): Deploy => ({
    at,
    kind: "sync",
    title,
    revision: null,
    commit: null,
    author: null,
    image: null,
    state: "complete",
    changes: [],
    files: [],
    minutes_before_onset: null,
    link,
    ...more,
  });
  const done = application.history.map(({ id, revision, deployedAt, initiatedBy }) =>
    row(
      deployedAt,
      `Argo CD sync ${id} of ${application.name} to ${shortened(revision)}${initiatedBy === null ? "" : ` by ${initiatedBy}`}`,
      // Charts are named by version, everything else by commit.
      { revision: String(id), commit: isSha(revision) ? revision : null, author: initiatedBy },
    ),
  );
  const { operation } = application;
  const isOpen = operation !== null && !/^Succeeded$/i.test(operation.phase) && operation.startedAt !== null;
  const open =
    isOpen && operation.startedAt !== null
      ? [
          row(
            operation.startedAt,
            `Argo CD sync of ${application.name}: ${operation.phase}${operation.message ? `, ${operation.message.slice(0, 200)}` : ""}`,
            { state: /^(?:Failed|Error)$/i.test(operation.phase) ? "failed" : "in_progress" },
          ),
        ]
      : [];
  return [...open, ...done].filter(
    ({ at }) => minutesBetween(window.from, at) >= 0 && minutesBetween(at, window.to) >= 0,
  );
}

/** The commit that ran when the window began, as far as the history reaches back. */
export function commitBefore({ history }: ArgoCdApplication, window: TimeWindow): string | null {
  const last = history.find(({ deployedAt }) => minutesBetween(deployedAt, window.from) > 0);
  return last !== undefined && isSha(last.revision) ? last.revision : null;
}

function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

function shortened(revision: string): string {
  return isSha(revision) ? revision.slice(0, 7) : revision;
}
