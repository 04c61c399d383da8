import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { Dependencies } from "../outputs/index.ts";
import { Depth, ServiceName } from "./inputs.ts";

export const getDependencies = defineReadTool({
  name: "get_dependencies",
  description:
    "What a service depends on: services, databases, caches, queues, external and AWS; direct, or transitive by depth.",
  uses: ["catalog"],
  input: Type.Object({ service: ServiceName, depth: Depth }, { additionalProperties: false }),
  output: Dependencies,
  async run({ service, depth = 1 }, { catalog }) {
    const { name } = await catalog.get(service);
    const { nodes, cycles } = await catalog.dependencies(name, depth);
    const critical = nodes.filter((node) => node.critical);
    return ok(
      {
        service: name,
        dependencies: nodes.map((node) => ({
          name: node.name,
          type: node.type,
          critical: node.critical,
          depth: node.depth,
          via: node.via,
          in_catalog: node.known,
        })),
        cycles: cycles.map((cycle) => [...cycle]),
      },
      {
        summary: `Dependencies of ${name}: ${nodes.length}, ${critical.length} of them critical${critical.length === 0 ? "" : `: ${critical.map((node) => node.name).join(", ")}`}`,
      },
    );
  },
});
