import { AppError, nearestNames } from "@oncall/core";
import { notFound, type ServiceIndex } from "./service-index.ts";
import type { DependencyNode, DependentNode } from "./types.ts";

const MAX_DEPTH = 10;
const MAX_CYCLES = 20;

export interface DependencyWalk {
  /** By depth, each name once. */
  readonly nodes: readonly DependencyNode[];
  /** Each from a service back to itself (`["a", "b", "a"]`), once, at most 20. */
  readonly cycles: readonly (readonly string[])[];
}

/** What `name` depends on, breadth first. Throws not_found, and invalid_input for a depth outside 1 to 10. */
export function dependenciesOf(index: ServiceIndex, name: string, depth: number): DependencyWalk {
  checkDepth(depth);
  const start = index.get(name);
  const nodes = new Map<string, DependencyNode>();
  let level = [start];
  for (let at = 1; at <= depth && level.length > 0; at++) {
    const next = [];
    for (const service of level) {
      for (const dependency of service.dependencies) {
        const entry = index.find(dependency.name);
        const found = entry?.name ?? dependency.name;
        if (found === start.name || nodes.has(found.toLowerCase())) continue;
        const { type, critical } = dependency;
        nodes.set(found.toLowerCase(), {
          name: found,
          type,
          critical,
          depth: at,
          via: service.name,
          known: entry !== null,
          dependency,
        });
        if (entry !== null) next.push(entry);
      }
    }
    level = next;
  }
  const reached = new Set([start.name, ...[...nodes.values()].map((node) => node.name)]);
  return { nodes: [...nodes.values()], cycles: cyclesAmong(index, start.name, reached) };
}

/**
 * What depends on `name`, a service or a dependency that only others declare. By depth, each service once:
 * by the shortest way on which every step is critical where there is one, else by the shortest of all.
 * Throws not_found when nothing of that name is known, and invalid_input for a depth outside 1 to 10.
 */
export function dependentsOf(index: ServiceIndex, name: string, depth: number): DependentNode[] {
  checkDepth(depth);
  const asked = index.find(name)?.name ?? name.trim();
  if (index.find(name) === null && index.usersOf(asked).length === 0) {
    const names = new Set([...index.entries.map((entry) => entry.name), ...index.dependencyNames()]);
    throw notFound(`No service and no dependency is called "${name}"`, nearestNames(name, names));
  }
  const critical = climb(index, asked, depth, true);
  const all = climb(index, asked, depth, false);
  const found = [...all.keys()].map((service) => critical.get(service) ?? all.get(service));
  return found
    .filter((node) => node !== undefined)
    .sort((a, b) => a.depth - b.depth || (a.name < b.name ? -1 : 1));
}

function climb(
  index: ServiceIndex,
  asked: string,
  depth: number,
  critical: boolean,
): Map<string, DependentNode> {
  const found = new Map<string, DependentNode>();
  let level: (readonly string[])[] = [[asked]];
  for (let at = 1; at <= depth && level.length > 0; at++) {
    const next: (readonly string[])[] = [];
    for (const path of level) {
      const used = path[0] ?? asked;
      for (const { name, team, dependencies } of index.usersOf(used)) {
        if (name === asked || found.has(name)) continue;
        if (critical && !dependencies.some((one) => one.critical && isCalled(one.name, used, index)))
          continue;
        const way = [name, ...path];
        found.set(name, { name, team, depth: at, critical, path: way });
        next.push(way);
      }
    }
    level = next;
  }
  return found;
}

/** Whether a declared name means this service or dependency, whatever alias or case it is declared by. */
function isCalled(declared: string, name: string, index: ServiceIndex): boolean {
  return (index.find(declared)?.name ?? declared).toLowerCase() === name.toLowerCase();
}

/** Depth first with a stack of our own (a chain of thousands is fine); every step back closes a cycle. */
function cyclesAmong(index: ServiceIndex, start: string, within: ReadonlySet<string>): string[][] {
  const cycles = new Map<string, string[]>();
  const done = new Set<string>();
  const path: { name: string; next: string[] }[] = [];
  const enter = (name: string): void => {
    const next = index.find(name)?.dependencies.map((d) => index.find(d.name)?.name ?? d.name) ?? [];
    path.push({ name, next: next.filter((other) => within.has(other)).reverse() });
  };
  enter(start);
  for (let top = path.at(-1); top !== undefined && cycles.size < MAX_CYCLES; top = path.at(-1)) {
    const name = top.next.pop();
    if (name === undefined) {
      done.add(top.name);
      path.pop();
      continue;
    }
    const from = path.findIndex((step) => step.name === name);
    if (from >= 0) {
      const cycle = path.slice(from).map((step) => step.name);
      cycles.set([...cycle].sort().join(" "), [...cycle, name]);
    } else if (!done.has(name)) {
      enter(name);
    }
  }
  return [...cycles.values()];
}

function checkDepth(depth: number): void {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH) {
    throw new AppError("invalid_input", `depth is ${depth}; give a whole number from 1 to ${MAX_DEPTH}.`);
  }
}
