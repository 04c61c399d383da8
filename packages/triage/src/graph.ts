import type { Catalog, DependencyType, ServiceEntry } from "@oncall/catalog";

/** A service or a dependency that a service declares. */
export interface GraphNode {
  readonly name: string;
  readonly type: DependencyType;
  /** Every step on the shortest way from the root is declared critical. */
  readonly critical: boolean;
  /** 0 = the service the incident is about. */
  readonly depth: number;
  /** The catalog holds an entry for it, so it can be looked into as a service. */
  readonly known: boolean;
  readonly onAws: boolean;
}

/** What the incident's service stands on, as declared. Ranking reads nothing else of the catalog. */
export interface Graph {
  readonly root: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  dependenciesOf(name: string): readonly string[];
  /** Whether `to` is `from` or something it stands on, directly or not. */
  reaches(from: string, to: string): boolean;
}

/** How deep unhealthy services are looked into. */
export const MAX_DEPTH = 3;
// What the deepest of them stands on is known as well, so that its dependencies have a place to be blamed at.
const GRAPH_DEPTH = MAX_DEPTH + 1;
const MAX_NODES = 200;

/** The declared neighbourhood of a service, breadth first to depth 4, cycles visited once, at most 200 nodes. */
export async function loadGraph(catalog: Catalog, root: ServiceEntry): Promise<Graph> {
  const nodes = new Map<string, GraphNode>([[root.name, rootNode(root.name)]]);
  const edges = new Map<string, string[]>();
  let level: readonly ServiceEntry[] = [root];
  for (let depth = 1; level.length > 0 && depth <= GRAPH_DEPTH; depth++) {
    const found = await Promise.all(
      level.flatMap((service) =>
        service.dependencies.map(async (dependency) => ({
          service,
          dependency,
          entry: await catalog.find(dependency.name),
        })),
      ),
    );
    const next: ServiceEntry[] = [];
    for (const { service, dependency, entry } of found) {
      const name = entry?.name ?? dependency.name;
      edges.set(service.name, [...(edges.get(service.name) ?? []), name]);
      if (nodes.has(name) || nodes.size >= MAX_NODES) continue;
      nodes.set(name, {
        name,
        type: dependency.type,
        critical: dependency.critical && (nodes.get(service.name)?.critical ?? false),
        depth,
        known: entry !== null,
        onAws: dependency.awsHosted || dependency.type === "aws",
      });
      if (entry !== null) next.push(entry);
    }
    level = next;
  }
  return createGraph(root.name, nodes, edges);
}

export function createGraph(
  root: string,
  nodes: ReadonlyMap<string, GraphNode>,
  edges: ReadonlyMap<string, readonly string[]>,
): Graph {
  const dependenciesOf = (name: string) => edges.get(name) ?? [];
  // Ranking asks for the same few names a thousand times.
  const beneath = new Map<string, ReadonlySet<string>>();
  return {
    root,
    nodes,
    dependenciesOf,
    reaches(from, to) {
      const known = beneath.get(from);
      if (known !== undefined) return known.has(to);
      const seen = new Set([from]);
      for (const name of seen) for (const next of dependenciesOf(name)) seen.add(next);
      beneath.set(from, seen);
      return seen.has(to);
    },
  };
}

function rootNode(name: string): GraphNode {
  return { name, type: "internal", critical: true, depth: 0, known: true, onAws: false };
}
