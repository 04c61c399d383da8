import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { queryOf } from "../http/server.ts";
import type { Repository } from "../world/repositories.ts";
import type { World } from "../world/world.ts";
import { failure, page } from "./answers.ts";
import { blobSha, type Shapes } from "./shapes.ts";

/** `search/code` and `search/commits`, with the qualifiers `repo:`, `org:`, `path:` and words that must all occur. */
export function addSearch(app: FastifyInstance, shapes: Shapes, world: World): void {
  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    find: (repository: Repository, words: readonly string[], path: string | undefined) => object[],
  ) => {
    const text = queryOf(request.url).get("q") ?? "";
    const parts = (text.match(/"[^"]*"|\S+/g) ?? []).map((part) => part.replace(/^"|"$/g, ""));
    const qualifiers = parts.filter((part) => /^(repo|org|user|path|author):/.test(part));
    const words = parts.filter((part) => !qualifiers.includes(part)).map((word) => word.toLowerCase());
    if (words.length === 0)
      return failure(reply, 422, "Validation Failed", [{ resource: "Search", field: "q", code: "missing" }]);
    const qualifier = (name: string): string | undefined =>
      qualifiers.find((part) => part.startsWith(`${name}:`))?.slice(name.length + 1);
    const [repo, org] = [qualifier("repo"), qualifier("org") ?? qualifier("user")];
    const items = [...world.repositories.values()]
      .filter(({ fullName }) => repo === undefined || fullName === repo)
      .filter(({ fullName }) => org === undefined || fullName.startsWith(`${org}/`))
      .flatMap((repository) => find(repository, words, qualifier("path")));
    return { total_count: items.length, incomplete_results: false, items: page(request, reply, items) };
  };

  app.get("/search/code", async (request, reply) =>
    answer(request, reply, (repository, words, path) => {
      const { tree } = repository.head();
      return Object.entries(tree)
        .filter(([name]) => path === undefined || name.startsWith(path.replace(/^\//, "")))
        .filter(([, text]) => words.every((word) => text.toLowerCase().includes(word)))
        .map(([name, text]) => ({
          name: name.split("/").at(-1),
          path: name,
          sha: blobSha(text),
          html_url: `https://github.com/${repository.fullName}/blob/${repository.head().sha}/${name}`,
          repository: shapes.repository(repository),
          score: 1,
          text_matches: [{ property: "content", fragment: fragment(text, words[0] ?? "") }],
        }));
    }),
  );
  app.get("/search/commits", async (request, reply) =>
    answer(request, reply, (repository, words) =>
      [...repository.commits]
        .reverse()
        .filter(({ message }) => words.every((word) => message.toLowerCase().includes(word)))
        .map((commit) => ({
          ...shapes.commit(repository, commit),
          repository: shapes.repository(repository),
          score: 1,
        })),
    ),
  );
}

/** The lines around the first occurrence. */
function fragment(text: string, word: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.toLowerCase().includes(word));
  return lines.slice(Math.max(0, at - 1), at + 2).join("\n");
}
