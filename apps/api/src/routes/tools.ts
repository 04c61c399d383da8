import { AppError, errorRules, nearestNames } from "@oncall/core";
import type { Registry } from "@oncall/tools";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";

/** The tools by hand: the same registry that the agent and MCP use. */
export function toolRoutes({ registry }: { readonly registry: Registry }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      "/api/tools",
      { schema: { summary: "The tools with their input and output schemas" } },
      async () => ({ tools: registry.tools }),
    );

    app.post<{ Params: { name: string } }>(
      "/api/tools/:name",
      {
        schema: {
          summary: "Call one tool; the body is its input",
          params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        if (!registry.tools.some((tool) => tool.name === name)) {
          const nearest = nearestNames(
            name,
            registry.tools.map((tool) => tool.name),
          );
          throw new AppError(
            "not_found",
            `There is no tool ${name}${nearest.length > 0 ? `; did you mean ${nearest.join(" or ")}?` : "."}`,
          );
        }
        const result = await registry.call(name, request.body ?? {});
        return reply.status(result.error ? errorRules[result.error.kind].status : 200).send(result);
      },
    );
  };
}
