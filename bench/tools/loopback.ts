import { once } from "node:events";
import { createServer } from "node:http";

/** How a loopback backend answers: after `delayMs` with this JSON, or, hanging, never. */
export interface Behaviour {
  readonly delayMs: number;
  readonly status?: number;
  readonly body: unknown;
  readonly hangs?: boolean;
}

export interface Loopback {
  readonly url: string;
  /** Path and body of every request so far. */
  readonly received: string[];
  /** How long each answered request was with the backend, in milliseconds, in order. */
  readonly servedMs: number[];
  close(): Promise<void>;
}

/** A backend on loopback with a time of its own that is known. */
export async function startLoopback({
  delayMs,
  status = 200,
  body,
  hangs = false,
}: Behaviour): Promise<Loopback> {
  const received: string[] = [];
  const servedMs: number[] = [];
  const text = JSON.stringify(body);
  const server = createServer(async (request, response) => {
    const started = performance.now();
    let sent = "";
    for await (const chunk of request) sent += chunk;
    received.push(`${request.url} ${sent}`);
    if (hangs) return;
    setTimeout(() => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(text, () => servedMs.push(performance.now() - started));
    }, delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    servedMs,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
