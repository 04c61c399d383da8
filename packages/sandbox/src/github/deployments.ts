import type { FastifyInstance } from "fastify";
import { queryOf } from "../http/server.ts";
import type { Release, Repository } from "../world/repositories.ts";
import { iso } from "../world/timeline.ts";
import type { World } from "../world/world.ts";
import { failure, page } from "./answers.ts";
import type { WithRepository } from "./server.ts";
import { numericId, type Shapes, user } from "./shapes.ts";

const BASE = "/repos/:owner/:repo/deployments";

/** Deployments and their statuses: every release that the cluster saw. */
export function addDeployments(
  app: FastifyInstance,
  shapes: Shapes,
  world: World,
  within: WithRepository,
): void {
  const done = (repository: Repository): Release[] =>
    repository.releases.filter((release) => release.atMs <= world.timeline.now()).reverse();
  const idOf = (repository: Repository, release: Release): number =>
    (shapes.deployment(repository, release) as { id: number }).id;
  app.get(
    BASE,
    within((repository, request, reply) => {
      const query = queryOf(request.url);
      const [environment, sha] = [query.get("environment"), query.get("sha")];
      const found = done(repository).filter(
        ({ commit }) =>
          (environment ?? "production") === "production" && (sha === null || commit.sha === sha),
      );
      return page(
        request,
        reply,
        found.map((release) => shapes.deployment(repository, release)),
      );
    }),
  );
  app.get(
    `${BASE}/:id/statuses`,
    within((repository, request, reply) => {
      const id = Number((request.params as { id: string }).id);
      const releases = done(repository);
      const index = releases.findIndex((release) => idOf(repository, release) === id);
      const release = releases[index];
      if (!release) return failure(reply, 404, "Not Found");
      const status = (state: string, atMs: number, description: string) => ({
        id: numericId(`${id} ${state}`),
        state,
        creator: user(release.commit.author.login),
        description,
        environment: "production",
        target_url: "",
        log_url: "",
        created_at: iso(atMs),
        updated_at: iso(atMs),
      });
      const newer = releases[index - 1];
      return page(request, reply, [
        ...(newer ? [status("inactive", newer.atMs, "Superseded")] : []),
        status("success", release.atMs, "Synced to the cluster"),
        status("in_progress", release.atMs - 60_000, "Building"),
      ]);
    }),
  );
}
