import { AppError } from "@oncall/core";
import type { FastifyReply, FastifyRequest } from "fastify";

const HERE = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;
/** Nothing from elsewhere, no script or style but the page's own files. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Keeps other sites' pages out: their requests name another origin, or another host that resolves to this machine. */
export async function onlyFromHere(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { host = "", origin } = request.headers;
  if (!HERE.test(host) || (origin !== undefined && origin !== `http://${host}`))
    throw new AppError("denied", "The sandbox's screen answers only its own page on this machine.");
  reply.headers({
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
}
