import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Desk } from "./desk.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What a backend's answer becomes before it is sent; for clusters that hold more than Acme's. */
export type Enlarge = (url: URL, text: string) => string;

export interface SteadyProxy {
  readonly url: string;
  close(): Promise<void>;
}

const HOP = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

/**
 * Stands before one of Acme's servers and answers as it does, always after the same time: an answer that was given
 * once is given again, so that what the simulation itself computes takes no part in what is measured.
 */
export async function startSteadyProxy(
  desk: Desk,
  backend: string,
  target: string,
  enlarge: Enlarge = (_, text) => text,
): Promise<SteadyProxy> {
  const known = new Map<string, Answer>();
  const server = createServer((request, response) => {
    serve(request).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });

    async function serve({ method = "GET", url = "/", headers }: IncomingMessage): Promise<void> {
      let body = "";
      for await (const chunk of request) body += chunk;
      // AWS names the operation in a header.
      const operation = String(headers["x-amz-target"] ?? "");
      const identity = `${method} ${url} ${operation} ${body}`;
      let answer: Answer | undefined;
      await desk.serve(
        backend,
        inWords(method, url, operation, body),
        identity,
        async () => {
          answer = known.get(identity) ?? (await forward(method, url, headers, body));
          known.set(identity, answer);
          return itemsIn(answer.text);
        },
        () =>
          new Promise((resolve) => {
            const { status, type, text } = answer ?? { status: 502, type: "text/plain", text: "no answer" };
            response.once("close", resolve);
            response.writeHead(status, { "content-type": type }).end(text);
          }),
      );
    }
  });

  async function forward(
    method: string,
    url: string,
    headers: IncomingMessage["headers"],
    body: string,
  ): Promise<Answer> {
    const passed = Object.entries(headers).filter(([name]) => !HOP.includes(name));
    const answer = await fetch(new URL(url, target), {
      method,
      headers: passed.map(([name, value]) => [name, String(value)] as [string, string]),
      ...(method === "GET" ? {} : { body }),
    });
    const text = enlarge(new URL(url, target), await answer.text());
    return { status: answer.status, type: answer.headers.get("content-type") ?? "text/plain", text };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const MAX_WORDS = 120;

function inWords(method: string, url: string, operation: string, body: string): string {
  const { pathname, searchParams } = new URL(url, "http://proxy");
  const query = new URLSearchParams(body).get("query") ?? searchParams.get("labelSelector") ?? operation;
  const words = `${method} ${pathname} ${query}`.replace(/\s+/g, " ").trim();
  return words.length <= MAX_WORDS ? words : `${words.slice(0, MAX_WORDS - 1)}…`;
}

/** How many objects, hits, series or commits an answer lists. */
function itemsIn(text: string): number {
  try {
    const answer = JSON.parse(text);
    const list = [answer, answer?.items, answer?.data?.result, answer?.hits?.hits].find(Array.isArray);
    return list?.length ?? 1;
  } catch {
    return 0;
  }
}
