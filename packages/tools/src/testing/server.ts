import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Route = (response: ServerResponse, request: IncomingMessage) => void;

/** A real server on loopback: the first route whose pattern matches path and query answers, else 404. */
export async function startServer(routes: readonly (readonly [RegExp, Route])[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(url);
    request.resume();
    const route = routes.find(([pattern]) => pattern.test(url))?.[1];
    if (route === undefined)
      json({ message: "not found", reason: "NotFound", code: 404 }, 404)(response, request);
    else route(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Path and query of every request. */
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Route {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}
