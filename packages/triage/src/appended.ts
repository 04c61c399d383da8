import { findingCodes } from "@oncall/core";
import type { Appended, Cause, FirstLook } from "@oncall/incidents";
import { listed } from "./wording.ts";

/** What a later look knows that the one before did not; null when it says the same. */
export function appended(before: FirstLook, after: FirstLook): Appended | null {
  const changes = [...verdict(before, after), ...causes(before, after), ...checked(before, after)];
  return changes.length === 0 ? null : { changes, look: after };
}

const verdicts: Readonly<Record<FirstLook["verdict"], string>> = {
  cause_found: "a cause is found",
  symptoms_only: "there are symptoms and no cause",
  nothing_wrong: "nothing is wrong as far as can be seen",
  unknown_service: "the service is not known",
};

function verdict(before: FirstLook, after: FirstLook): string[] {
  return before.verdict === after.verdict
    ? []
    : [`Now ${verdicts[after.verdict]}; before, ${verdicts[before.verdict]}`];
}

function causes(before: FirstLook, after: FirstLook): string[] {
  const [old, now] = [before.causes.map(named), after.causes.map(named)];
  const [first, last] = [now[0], old[0]];
  const isOvertaken = first !== undefined && last !== undefined && first !== last;
  const told = isOvertaken ? [first, last] : [];
  const fresh = now.filter((cause) => !old.includes(cause) && !told.includes(cause));
  const gone = old.filter((cause) => !now.includes(cause) && !told.includes(cause));
  const sentences = [
    ...(isOvertaken ? [`Most likely is now ${first}; before, ${last}`] : []),
    ...(fresh.length === 0 ? [] : [`New among the causes: ${listed(fresh)}`]),
    ...(gone.length === 0 ? [] : [`No longer among the causes: ${listed(gone)}`]),
  ];
  const isReordered = sentences.length === 0 && now.some((cause, i) => cause !== old[i]);
  return isReordered ? [`The causes in their new order: ${listed(now)}`] : sentences;
}

/** What was listed as not checked and is known now. */
function checked(before: FirstLook, after: FirstLook): string[] {
  const open = new Set(after.unchecked.map(({ what }) => what));
  const known = before.unchecked.map(({ what }) => what).filter((what) => !open.has(what));
  return known.length === 0 ? [] : [`Answered late, and taken into account: ${listed(known, 6)}`];
}

function named({ service, code }: Cause): string {
  return `${service}: ${findingCodes[code].title.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())}`;
}
