import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createApp, queryOf } from "../http/server.ts";
import type { Repository } from "../world/repositories.ts";
import { iso } from "../world/timeline.ts";
import type { World } from "../world/world.ts";
import { failure, page } from "./answers.ts";
import type { CommitStatus } from "./commit-status.ts";
import { addDeployments } from "./deployments.ts";
import { compare, listCommits, tree } from "./history.ts";
import { addPulls } from "./pulls.ts";
import { addSearch } from "./search.ts";
import { createShapes, numericId } from "./shapes.ts";

export type WithRepository = (
  answer: (repository: Repository, request: FastifyRequest, reply: FastifyReply) => unknown,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface RepoParams {
  readonly owner: string;
  readonly repo: string;
}

/** GitHub's REST API over the world's repositories: reads, and commit statuses. `statuses` receives what is posted. */
export function createGithubServer(world: World, token: string, statuses: CommitStatus[]): FastifyInstance {
  const app = createApp();
  const shapes = createShapes(() => app.listeningOrigin);
  app.addHook("onRequest", async (request, reply) => {
    const { authorization } = request.headers;
    reply
      .header("x-github-media-type", "github.v3; format=json")
      .header("x-ratelimit-limit", "5000")
      .header("x-ratelimit-remaining", "4987");
    if (authorization === undefined) return failure(reply, 401, "Requires authentication");
    if (authorization !== `Bearer ${token}` && authorization !== `token ${token}`)
      return failure(reply, 401, "Bad credentials");
  });
  app.setNotFoundHandler((_request, reply) => failure(reply, 404, "Not Found"));
  app.setErrorHandler((error, _request, reply) => {
    const bad = (error as { kind?: string }).kind === "invalid_input";
    return failure(reply, bad ? 400 : 500, error instanceof Error ? error.message : String(error));
  });

  const within: WithRepository = (answer) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { owner, repo } = request.params as RepoParams;
      const repository = world.repositories.get(`${owner}/${repo}`);
      return repository ? answer(repository, request, reply) : failure(reply, 404, "Not Found");
    };
  };
  const base = "/repos/:owner/:repo";

  app.get<{ Params: { org: string } }>("/orgs/:org/repos", async (request, reply) => {
    const owned = [...world.repositories.values()].filter((r) =>
      r.fullName.startsWith(`${request.params.org}/`),
    );
    return owned.length === 0
      ? failure(reply, 404, "Not Found")
      : page(request, reply, owned.map(shapes.repository));
  });
  app.get(
    base,
    within((repository) => shapes.repository(repository)),
  );
  app.get(
    `${base}/branches/:branch`,
    within((repository, request, reply) => {
      const { branch } = request.params as { branch: string };
      if (branch !== "main") return failure(reply, 404, "Branch not found");
      return { name: branch, commit: shapes.commit(repository, repository.head()), protected: true };
    }),
  );
  app.get(
    `${base}/contents/*`,
    within((repository, request, reply) => contents(repository, request, reply)),
  );
  app.get(
    `${base}/commits`,
    within((repository, request, reply) => listCommits(shapes, repository, request, reply)),
  );
  app.get(
    `${base}/commits/:ref`,
    within((repository, request, reply) => {
      const { ref } = request.params as { ref: string };
      const commit = repository.resolve(ref);
      return commit
        ? shapes.fullCommit(repository, commit)
        : failure(reply, 422, `No commit found for SHA: ${ref}`);
    }),
  );
  app.get(
    `${base}/compare/:range`,
    within((repository, request, reply) => compare(shapes, repository, request, reply)),
  );
  app.get(
    `${base}/git/trees/:ref`,
    within((repository, request, reply) => tree(repository, request, reply)),
  );
  addDeployments(app, shapes, world, within);
  addPulls(app, shapes, world, within);
  addSearch(app, shapes, world);
  app.post(
    `${base}/statuses/:sha`,
    within((repository, request, reply) => addStatus(repository, request, reply)),
  );
  app.get(
    `${base}/commits/:ref/statuses`,
    within((repository, request, reply) => {
      const sha = repository.resolve((request.params as { ref: string }).ref)?.sha;
      return page(
        request,
        reply,
        statuses
          .filter((status) => status.repository === repository.fullName && status.sha === sha)
          .reverse(),
      );
    }),
  );
  return app;

  function contents(repository: Repository, request: FastifyRequest, reply: FastifyReply) {
    const path = decodeURIComponent((request.params as { "*": string })["*"]);
    const ref = queryOf(request.url).get("ref") ?? "main";
    const commit = repository.resolve(ref);
    if (!commit) return failure(reply, 404, `No commit found for the ref ${ref}`);
    const text = commit.tree[path];
    if (text === undefined) {
      const inside = Object.keys(commit.tree).filter((file) => path === "" || file.startsWith(`${path}/`));
      if (inside.length === 0) return failure(reply, 404, "Not Found");
      return inside.map((file) => {
        const {
          content: _content,
          encoding: _encoding,
          ...entry
        } = shapes.content(repository, ref, file, commit.tree[file] ?? "") as Record<string, unknown>;
        return entry;
      });
    }
    const raw = /application\/vnd\.github\.(v3\.)?raw/.test(request.headers.accept ?? "");
    if (raw) return reply.type("application/vnd.github.raw+json; charset=utf-8").send(text);
    return shapes.content(repository, ref, path, text);
  }

  function addStatus(repository: Repository, request: FastifyRequest, reply: FastifyReply) {
    const commit = repository.resolve((request.params as { sha: string }).sha);
    if (!commit) return failure(reply, 422, "No commit found for SHA");
    const input = (request.body ?? {}) as Partial<CommitStatus>;
    if (!["error", "failure", "pending", "success"].includes(input.state ?? "")) {
      return failure(reply, 422, "Validation Failed", [
        { resource: "Status", field: "state", code: "invalid" },
      ]);
    }
    if ((input.description?.length ?? 0) > 140) {
      return failure(reply, 422, "Validation Failed", [
        {
          resource: "Status",
          field: "description",
          code: "custom",
          message: "description is too long (maximum is 140 characters)",
        },
      ]);
    }
    const status: CommitStatus = {
      repository: repository.fullName,
      sha: commit.sha,
      state: input.state ?? "",
      context: input.context ?? "default",
      description: input.description ?? null,
      target_url: input.target_url ?? null,
      created_at: iso(world.timeline.now()),
    };
    statuses.push(status);
    return reply.code(201).send({ id: numericId(JSON.stringify(status)), ...status });
  }
}
