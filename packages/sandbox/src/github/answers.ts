import type { FastifyReply, FastifyRequest } from "fastify";
import { queryOf } from "../http/server.ts";

/** One page, and GitHub's Link header to the others. */
export function page(request: FastifyRequest, reply: FastifyReply, all: readonly object[]) {
  const query = queryOf(request.url);
  const size = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const number = Math.max(1, Number(query.get("page") ?? 1));
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string): string => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    url.searchParams.set("page", String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev"), link(1, "first")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
  ];
  if (links.length > 0) reply.header("link", links.join(", "));
  return all.slice((number - 1) * size, number * size);
}

export function failure(reply: FastifyReply, status: number, message: string, errors?: readonly object[]) {
  return reply.code(status).send({
    message,
    ...(errors ? { errors } : {}),
    documentation_url: "https://docs.github.com/rest",
    status: String(status),
  });
}
