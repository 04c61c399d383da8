import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { AppError, checker } from "@oncall/core";
import { Type } from "typebox";
import { type BaseUrl, bearerAuth, type Http, type HttpRequest, readJson } from "../http/index.ts";

/** A GitHub App: its id and its private key (PEM; line breaks may be written as `\n`). */
export interface GithubApp {
  readonly appId: string;
  readonly privateKey: string;
}

/** What stands in `authorization` for one repository; tokens of an App differ by owner and last an hour. */
export interface Credentials {
  /** How messages name it. */
  readonly name: string;
  headersFor(repoPath: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** After a 401: what was given out for this repository is no longer good. */
  forget(repoPath: string): void;
}

const JWT_SECONDS = 540;
/** Our clock may run ahead of GitHub's. */
const JWT_SKEW_SECONDS = 60;
const EXPIRY_MARGIN_MS = 60_000;
const MAX_OWNERS = 1_000;

const installation = checker(Type.Object({ id: Type.Integer() }));
const accessToken = checker(Type.Object({ token: Type.String(), expires_at: Type.String() }));

export function tokenCredentials(token: string | undefined): Credentials {
  const headers = token === undefined ? {} : bearerAuth(token);
  return { name: "GITHUB_TOKEN", headersFor: async () => headers, forget: () => {} };
}

/**
 * Installation tokens: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app.
 * One for each owner, asked for once however many requests wait for it, and again a minute before it expires.
 * Throws not_configured for a key that is none.
 */
export function appCredentials({ appId, privateKey }: GithubApp, base: BaseUrl, http: Http): Credentials {
  const key = readKey(privateKey);
  const tokens = new Map<string, { readonly token: Promise<string>; goodUntil: number }>();

  function requestFor(path: string, method: "GET" | "POST", signal: AbortSignal): HttpRequest {
    return {
      system: "GitHub",
      credential: "the GitHub App's id and private key",
      url: base.at(path),
      method,
      // A second installation token does no harm.
      idempotent: true,
      headers: {
        ...bearerAuth(jwt(appId, key)),
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
      },
      signal,
    };
  }

  async function obtain(
    repoPath: string,
    signal: AbortSignal,
  ): Promise<{ token: string; expiresAt: number }> {
    const asked = requestFor(`repos/${repoPath}/installation`, "GET", signal);
    const response = await http.request(asked);
    if (response.status === 404) {
      throw new AppError(
        "denied",
        `The GitHub App ${appId} is not installed for ${repoPath}; install it there, and grant it read access.`,
      );
    }
    const { id } = readJson(asked, response, installation);
    const ordered = requestFor(`app/installations/${id}/access_tokens`, "POST", signal);
    const { token, expires_at } = await http.requestJson(ordered, accessToken);
    return { token, expiresAt: Date.parse(expires_at) };
  }

  function tokenFor(repoPath: string): Promise<string> {
    const owner = ownerOf(repoPath);
    const known = tokens.get(owner);
    if (known !== undefined && known.goodUntil > Date.now()) return known.token;
    // Shared by callers that may leave one by one; the client's own timeout bounds it.
    const obtained = obtain(repoPath, new AbortController().signal);
    const entry = { token: obtained.then(({ token }) => token), goodUntil: Number.POSITIVE_INFINITY };
    tokens.set(owner, entry);
    for (const oldest of tokens.keys()) {
      if (tokens.size <= MAX_OWNERS) break;
      tokens.delete(oldest);
    }
    obtained.then(
      ({ expiresAt }) => {
        entry.goodUntil = expiresAt - EXPIRY_MARGIN_MS;
      },
      () => {
        if (tokens.get(owner) === entry) tokens.delete(owner);
      },
    );
    return entry.token;
  }

  return {
    name: "the GitHub App's installation",
    headersFor: async (repoPath) => bearerAuth(await tokenFor(repoPath)),
    forget: (repoPath) => void tokens.delete(ownerOf(repoPath)),
  };
}

function ownerOf(repoPath: string): string {
  return repoPath.slice(0, repoPath.indexOf("/")).toLowerCase();
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem.replaceAll("\\n", "\n"));
  } catch {
    // Without the cause: OpenSSL's error may quote the key.
    throw new AppError(
      "not_configured",
      "The GitHub App's private key is not a PEM key; correct its setting.",
    );
  }
}

/** RS256 as RFC 7515 writes it. */
function jwt(appId: string, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iat: now - JWT_SKEW_SECONDS, exp: now + JWT_SECONDS, iss: appId };
  const signed = [{ alg: "RS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}
