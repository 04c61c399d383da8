import type { DependencyNode } from "@oncall/catalog";
import type { DependencyBeneath, DependencyHealthRow } from "../outputs/index.ts";
import { type CheckContext, type CheckDeps, checkDependencies } from "./check.ts";

/** How many unhealthy services of one level are looked beneath, and how many dependencies are checked there. */
const MAX_PARENTS = 3;
const MAX_CHECKED = 20;

export interface Beneath {
  readonly rows: readonly DependencyBeneath[];
  /** What the bounds cut, in words. */
  readonly omitted: readonly string[];
}

/**
 * The dependencies of those that are unhealthy, level by level down to `depth` (1 is the rows themselves), all of one
 * level together. A service that was seen already is not asked again.
 */
export async function checkBeneath(
  service: string,
  rows: readonly DependencyHealthRow[],
  depth: number,
  deps: CheckDeps,
  context: CheckContext,
): Promise<Beneath> {
  const seen = new Set([service, ...rows.map(({ name }) => name)]);
  const found: DependencyBeneath[] = [];
  const omitted: string[] = [];
  let level: readonly DependencyHealthRow[] = rows;
  for (let at = 2; at <= depth; at++) {
    const parents = unhealthyServices(level);
    const kept = parents.slice(0, MAX_PARENTS);
    if (parents.length > kept.length) {
      omitted.push(
        `beneath ${parents
          .slice(MAX_PARENTS)
          .map(({ name }) => name)
          .join(", ")} nothing was checked.`,
      );
    }
    const below: Pick<DependencyNode, "dependency" | "via">[] = [];
    for (const { name } of kept) {
      for (const dependency of (await deps.catalog.find(name))?.dependencies ?? []) {
        if (seen.has(dependency.name)) continue;
        seen.add(dependency.name);
        below.push({ dependency, via: name });
      }
    }
    if (below.length > MAX_CHECKED) {
      const names = below.slice(MAX_CHECKED).map(({ dependency }) => dependency.name);
      omitted.push(`${names.length} more beneath, not checked: ${names.join(", ")}.`);
    }
    const checked = below.slice(0, MAX_CHECKED);
    if (checked.length === 0) break;
    level = await checkDependencies(
      checked.map(({ dependency }) => dependency),
      deps,
      context,
    );
    found.push(...level.map((row, i) => ({ ...row, via: checked[i]?.via ?? service, depth: at })));
  }
  return { rows: found, omitted };
}

function unhealthyServices(rows: readonly DependencyHealthRow[]): DependencyHealthRow[] {
  return rows
    .filter(({ type, state }) => type === "internal" && (state === "down" || state === "degraded"))
    .sort((a, b) => Number(b.critical) - Number(a.critical) || (a.name < b.name ? -1 : 1));
}
