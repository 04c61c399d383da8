import { AppError } from "@oncall/core";
import Fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import { type Faults, installFaults } from "./faults.ts";

export interface RunningServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** A silent Fastify that parses JSON (whatever the vendor's media type) and forms, and closes without waiting for idle callers. */
export function createApp(options: Pick<FastifyServerOptions, "rewriteUrl"> = {}): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024, ...options });
  const json = (
    _request: unknown,
    body: string,
    done: (error: Error | null, value?: unknown) => void,
  ): void => {
    try {
      done(null, body === "" ? undefined : JSON.parse(body));
    } catch {
      done(new AppError("invalid_input", "Problems parsing JSON"));
    }
  };
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(/^application\/([\w.-]+\+)?(json|x-amz-json-1\.1)/, { parseAs: "string" }, json);
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addContentTypeParser("application/x-ndjson", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  return app;
}

/** Makes the app listen on loopback; port 0 takes a free one. Throws conflict when the port is taken. */
export async function listen(app: FastifyInstance, port = 0): Promise<RunningServer> {
  const faults = installFaults(app);
  try {
    const url = await app.listen({ host: "127.0.0.1", port });
    return { url, faults, close: () => app.close() };
  } catch (error) {
    throw new AppError(
      "conflict",
      `Port ${port} on 127.0.0.1 is taken; choose another or let the sandbox pick (0).`,
      {
        cause: error,
      },
    );
  }
}

export function queryOf(url: string): URLSearchParams {
  return new URL(url, "http://sandbox").searchParams;
}
