import type { FastifyInstance } from "fastify";
import { queryOf } from "../http/server.ts";
import type { Commit, Repository } from "../world/repositories.ts";
import { iso } from "../world/timeline.ts";
import type { World } from "../world/world.ts";
import { failure, page } from "./answers.ts";
import type { WithRepository } from "./server.ts";
import { files, numericId, type Shapes, user } from "./shapes.ts";

const BASE = "/repos/:owner/:repo";

/** Every commit but the first came as a pull request that was merged. */
export function addPulls(app: FastifyInstance, shapes: Shapes, world: World, within: WithRepository): void {
  const pulls = (repository: Repository) =>
    repository.commits
      .slice(1)
      .map((commit, i) => ({ commit, number: i + 101 }))
      .filter(({ commit }) => commit.atMs <= world.timeline.now())
      .reverse();
  app.get(
    `${BASE}/pulls`,
    within((repository, request, reply) => {
      const state = queryOf(request.url).get("state") ?? "open";
      const found = state === "open" ? [] : pulls(repository);
      return page(
        request,
        reply,
        found.map(({ commit, number }) => shape(repository, commit, number)),
      );
    }),
  );
  const one = (path: string, answer: (repository: Repository, commit: Commit, number: number) => unknown) =>
    app.get(
      `${BASE}${path}`,
      within((repository, request, reply) => {
        const wanted = Number((request.params as { number: string }).number);
        const found = pulls(repository).find(({ number }) => number === wanted);
        return found ? answer(repository, found.commit, found.number) : failure(reply, 404, "Not Found");
      }),
    );
  one("/pulls/:number", shape);
  one("/pulls/:number/files", (repository, commit) => files(repository, commit.sha, commit.changes));
  one("/pulls/:number/commits", (repository, commit) => [shapes.commit(repository, commit)]);
  app.get(
    `${BASE}/commits/:ref/pulls`,
    within((repository, request) => {
      const sha = repository.resolve((request.params as { ref: string }).ref)?.sha;
      return pulls(repository)
        .filter(({ commit }) => commit.sha === sha)
        .map(({ commit, number }) => shape(repository, commit, number));
    }),
  );

  function shape(repository: Repository, commit: Commit, number: number) {
    const [title = "", ...body] = commit.message.split("\n");
    const merged = iso(commit.atMs);
    return {
      id: numericId(`${repository.fullName} pull ${number}`),
      number,
      state: "closed",
      title,
      body: body.join("\n").trim() || null,
      user: user(commit.author.login),
      html_url: `https://github.com/${repository.fullName}/pull/${number}`,
      created_at: iso(commit.atMs - 5 * 3_600_000),
      updated_at: merged,
      closed_at: merged,
      merged_at: merged,
      merge_commit_sha: commit.sha,
      draft: false,
      labels: [],
      base: { ref: "main", sha: commit.parent },
      head: { ref: `change-${number}`, sha: commit.sha },
    };
  }
}
