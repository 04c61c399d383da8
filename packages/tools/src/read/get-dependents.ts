import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { Depth } from "./inputs.ts";
import { Dependents } from "./outputs.ts";

export const getDependents = defineReadTool({
  name: "get_dependents",
  description:
    "What depends on a service or on a dependency such as a database: the blast radius, with the path and whether every step of it is critical.",
  uses: ["catalog"],
  input: Type.Object(
    {
      service: Type.String({
        minLength: 1,
        maxLength: 120,
        description: "Name of a service, or of a dependency that services declare, e.g. postgres-orders",
      }),
      depth: Depth,
    },
    { additionalProperties: false },
  ),
  output: Dependents,
  async run({ service, depth = 1 }, { catalog }) {
    const nodes = await catalog.dependents(service, depth);
    const name = (await catalog.find(service))?.name ?? service;
    const names = nodes.map((node) => node.name).join(", ");
    return ok(
      { service: name, dependents: nodes.map((node) => ({ ...node, path: [...node.path] })) },
      {
        summary:
          nodes.length === 0
            ? `Nothing depends on ${name}`
            : `What depends on ${name} (${nodes.length}): ${names}`,
      },
    );
  },
});
