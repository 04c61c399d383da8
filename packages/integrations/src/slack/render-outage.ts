import type { Outage } from "@oncall/incidents";
import { footer, literal, sections } from "./mrkdwn.ts";
import { type Rendered, rendered } from "./rendered.ts";

/** No diagnoses for now: what is wrong, since when, and what goes on all the same. */
export function renderDegraded({ since, failures, trouble, pauseMs }: Outage, endpoint: string): Rendered {
  const what = trouble.atOnce ? "It cannot be used" : `It has failed ${failures} times`;
  return about(
    endpoint,
    `*Degraded:* no diagnoses, for the model does not work. ${what} since ${minute(since)}: ${literal(trouble.words)}`,
    `First looks go on. The model is tried again from ${duration(pauseMs)} on, less often the longer it lasts; one message here says when it works again.`,
  );
}

export function renderRecovered({ since, endedAt }: Outage, endpoint: string): Rendered {
  const end = endedAt ?? since;
  const lasted = Date.parse(end) - Date.parse(since);
  return about(
    endpoint,
    `*Recovered:* the model works again since ${minute(end)}, after ${duration(lasted)}. Diagnoses are made again.`,
    "What was answered by a first look alone can be run again by its button.",
  );
}

function about(endpoint: string, ...paragraphs: string[]): Rendered {
  const end = `model at ${literal(endpoint)}`;
  return rendered(paragraphs, sections(paragraphs), footer(end), end);
}

/** `2026-03-02 03:02 UTC`. */
function minute(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
