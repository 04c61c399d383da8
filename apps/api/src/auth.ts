import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@oncall/core";
import type { Secret } from "@oncall/platform";
import type { FastifyRequest } from "fastify";

/** A hook that lets only the bearer of `ONCALL_TOKEN` through; without a token configured, nobody. */
export function requireToken(token: Secret | undefined): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (token === undefined) {
      throw new AppError(
        "unauthenticated",
        "ONCALL_TOKEN is not set, so this address is closed. Set it and start again; `oncall up` makes one.",
      );
    }
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (given === undefined) {
      throw new AppError("unauthenticated", "Send the token as `Authorization: Bearer <ONCALL_TOKEN>`.");
    }
    if (!sameText(given, token.reveal()))
      throw new AppError("unauthenticated", "The token is not ONCALL_TOKEN's.");
  };
}

/** Constant-time; hashing first makes the lengths equal. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
