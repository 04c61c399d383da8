import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { checkBeneath } from "../dependencies/beneath.ts";
import { checkDependencies } from "../dependencies/check.ts";
import { DependencyHealth, type DependencyHealthRow } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

const MAX_DEPENDENCIES = 30;
const DEPTH = 3;
const order = ["down", "degraded", "unknown", "healthy"];

export const checkDependencyHealth = defineReadTool({
  name: "check_dependency_health",
  description:
    "Each dependency of a service by its own kind (request metrics, exporters, AWS Health, status page), and what lies beneath the unhealthy ones; since when, and what could not be checked.",
  uses: ["catalog"],
  mayUse: ["metrics", "awsHealth", "resources"],
  input: Type.Object(
    {
      service: ServiceName,
      depth: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: DEPTH,
          description: "How deep to look beneath unhealthy ones; default 3",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: DependencyHealth,
  async run({ service, depth = DEPTH }, deps, context) {
    const entry = await deps.catalog.get(service);
    const all = [...entry.dependencies].sort((a, b) => Number(b.critical) - Number(a.critical));
    if (all.length === 0) return noData(`service.yaml of ${entry.name}, which declares no dependencies`);
    const rows = await checkDependencies(all.slice(0, MAX_DEPENDENCIES), deps, context);
    const beneath = await checkBeneath(entry.name, rows, depth, deps, context);
    const rest = all.slice(MAX_DEPENDENCIES).map(({ name }) => name);
    const omitted = [
      ...(rest.length === 0 ? [] : [`${rest.length} more dependencies, not checked: ${rest.join(", ")}.`]),
      ...beneath.omitted,
    ];
    return ok(
      {
        service: entry.name,
        dependencies: [...rows].sort(worstFirst),
        beneath: [...beneath.rows].sort((a, b) => a.depth - b.depth || worstFirst(a, b)),
      },
      {
        summary: `Dependencies of ${entry.name}: ${words(rows)}${beneath.rows.length === 0 ? "" : `; beneath: ${words(beneath.rows)}`}`,
        omitted: omitted.length === 0 ? undefined : omitted.join(" "),
      },
    );
  },
});

function worstFirst(a: DependencyHealthRow, b: DependencyHealthRow): number {
  return order.indexOf(a.state) - order.indexOf(b.state) || Number(b.critical) - Number(a.critical);
}

function words(rows: readonly DependencyHealthRow[]): string {
  return order
    .flatMap((state) => {
      const names = rows.filter((row) => row.state === state).map(({ name }) => name);
      return names.length === 0 ? [] : [`${state}: ${names.join(", ")}`];
    })
    .join("; ");
}
