import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { Dependents } from "../outputs/index.ts";
import { Depth } from "./inputs.ts";

/** Nobody reads more names; the nearest are listed, critical ones first. */
const MAX_LISTED = 100;

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
    const listed = nodes
      .toSorted((a, b) => a.depth - b.depth || Number(b.critical) - Number(a.critical))
      .slice(0, MAX_LISTED);
    const names = listed.map((node) => node.name).join(", ");
    const rest = nodes.length - listed.length;
    return ok(
      {
        service: name,
        dependents: listed.map((node) => ({ ...node, path: [...node.path] })),
        total: nodes.length,
      },
      {
        omitted: rest === 0 ? undefined : `${rest} of ${nodes.length} dependents, none nearer than these.`,
        summary:
          nodes.length === 0
            ? `Nothing depends on ${name}`
            : `What depends on ${name} (${nodes.length}): ${names}`,
      },
    );
  },
});
