import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { ResourceOwnerResult } from "../outputs/index.ts";
import { searchedPatterns } from "../resources/searched-patterns.ts";
import { ResourceId } from "./inputs.ts";

export const findResourceOwner = defineReadTool({
  name: "find_resource_owner",
  description: "Which service is the system of record for an id such as ord-1234, and why that pattern won.",
  uses: ["catalog"],
  input: Type.Object({ id: ResourceId }, { additionalProperties: false }),
  output: ResourceOwnerResult,
  async run({ id }, { catalog }) {
    const owner = await catalog.ownerOf(id);
    if (owner === null) return noData(await searchedPatterns(catalog));
    const { service, resource } = owner;
    return ok(
      {
        id,
        service: service.name,
        team: service.team,
        type: resource.type,
        pattern: resource.pattern,
        description: resource.description ?? null,
        has_live_status: resource.handlerUrl !== undefined,
        why: owner.why,
        also_matching: owner.alsoMatching.map((other) => ({ ...other })),
      },
      { summary: `${id} belongs to ${service.name} (${resource.type}, team ${service.team})` },
    );
  },
});
