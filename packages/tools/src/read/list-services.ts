import { AppError } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { ServiceList } from "../outputs/index.ts";

const PAGE = 50;

export const listServices = defineReadTool({
  name: "list_services",
  description: "All services of the catalog with team and description, optionally of one team; 50 a page.",
  uses: ["catalog"],
  input: Type.Object(
    {
      team: Type.Optional(Type.String({ maxLength: 120, description: "Only services of this team" })),
      cursor: Type.Optional(Type.String({ maxLength: 200, description: "`next_cursor` of the page before" })),
    },
    { additionalProperties: false },
  ),
  output: ServiceList,
  async run({ team, cursor }, { catalog }) {
    const all = await catalog.all();
    const wanted = team === undefined ? all : all.filter((s) => s.team.toLowerCase() === team.toLowerCase());
    if (wanted.length === 0) {
      const teams = [...new Set(all.map((service) => service.team))].sort();
      if (team === undefined) return noData("the catalog, which holds no service yet");
      throw new AppError(
        "not_found",
        `No service belongs to team "${team}". Teams are: ${teams.slice(0, 30).join(", ") || "none yet"}.`,
      );
    }
    // The cursor is the last name shown: it stays right while services come and go.
    const rest = cursor === undefined ? wanted : wanted.filter(({ name }) => name > cursor);
    const page = rest.slice(0, PAGE);
    return ok(
      {
        services: page.map(({ name, team: owner, description }) => ({
          name,
          team: owner,
          description: description ?? null,
        })),
        total: wanted.length,
        next_cursor: rest.length > page.length ? (page.at(-1)?.name ?? null) : null,
      },
      {
        summary: `${wanted.length} services${team === undefined ? "" : ` of team ${team}`}`,
        omitted:
          rest.length > page.length
            ? `${rest.length - page.length} more services: pass next_cursor.`
            : undefined,
      },
    );
  },
});
