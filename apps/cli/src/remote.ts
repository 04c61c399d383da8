import { AppError, type Problem } from "@oncall/core";
import type { Config } from "@oncall/platform";

const TIMEOUT_MS = 30_000;

/** A running installation, spoken to over its REST API. */
export interface Remote {
  get(path: string): Promise<unknown>;
  /** The answer's body whatever its status, as tools answer errors in it too. */
  post(path: string, body: unknown): Promise<unknown>;
}

/** The installation that ONCALL_URL names, or null when commands compose their own. */
export function remoteOf(config: Config): Remote | null {
  const { oncallUrl, token } = config;
  if (oncallUrl === undefined) return null;
  if (token === undefined)
    throw new AppError(
      "invalid_input",
      "ONCALL_URL is set: set ONCALL_TOKEN to that installation's token too.",
    );
  return createRemote(oncallUrl, token.reveal());
}

export function createRemote(url: string, token: string): Remote {
  async function ask(path: string, init: RequestInit): Promise<{ ok: boolean; body: unknown }> {
    const response = await fetch(new URL(path, url), {
      ...init,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new AppError("unavailable", `${url} does not answer: check ONCALL_URL and that it runs.`, {
        cause,
      });
    });
    return { ok: response.ok, body: await response.json() };
  }
  return {
    async get(path) {
      const { ok, body } = await ask(path, {});
      if (!ok) throw refused(body);
      return body;
    },
    async post(path, input) {
      const { ok, body } = await ask(path, { method: "POST", body: JSON.stringify(input) });
      if (!ok && !(body !== null && typeof body === "object" && "state" in body)) throw refused(body);
      return body;
    },
  };
}

/** A problem that the API answered, as the error it is. */
export function refused(body: unknown): AppError {
  const problem = (body ?? {}) as Partial<Problem>;
  return new AppError(problem.kind ?? "bug", problem.detail ?? JSON.stringify(body));
}
