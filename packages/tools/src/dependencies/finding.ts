import type { DependencyHealthRow } from "../outputs/index.ts";

/** What one check of a dependency says. */
export type Finding = Pick<DependencyHealthRow, "state" | "since" | "how" | "facts">;

/** It could not be checked, and why. */
export function unknown(why: string, how = "not checked"): Finding {
  return { state: "unknown", since: null, how, facts: [why] };
}
