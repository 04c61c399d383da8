import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { checkDependency } from "../dependencies/check.ts";
import { ServiceName } from "./inputs.ts";
import { DependencyHealth } from "./outputs.ts";

const MAX_DEPENDENCIES = 30;
const order = ["down", "degraded", "unknown", "healthy"];

export const checkDependencyHealth = defineReadTool({
  name: "check_dependency_health",
  description:
    "Each direct dependency of a service by its own kind: services by request metrics, databases, caches and queues by exporter metrics, AWS by AWS Health, external ones by status page. Says since when, and what could not be checked.",
  uses: ["catalog"],
  mayUse: ["metrics", "awsHealth", "resources"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: DependencyHealth,
  async run({ service }, deps, context) {
    const entry = await deps.catalog.get(service);
    const all = [...entry.dependencies].sort((a, b) => Number(b.critical) - Number(a.critical));
    if (all.length === 0) return noData(`service.yaml of ${entry.name}, which declares no dependencies`);
    const checked = all.slice(0, MAX_DEPENDENCIES);
    const rows = await Promise.all(checked.map((dependency) => checkDependency(dependency, deps, context)));
    rows.sort(
      (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || Number(b.critical) - Number(a.critical),
    );
    const rest = all.slice(MAX_DEPENDENCIES).map(({ name }) => name);
    const named = order.flatMap((state) => {
      const names = rows.filter((row) => row.state === state).map((row) => row.name);
      return names.length === 0 ? [] : [`${state}: ${names.join(", ")}`];
    });
    return ok(
      { service: entry.name, dependencies: rows },
      {
        summary: `Dependencies of ${entry.name}: ${named.join("; ")}`,
        omitted:
          rest.length === 0
            ? undefined
            : `${rest.length} more dependencies, not checked: ${rest.join(", ")}.`,
      },
    );
  },
});
