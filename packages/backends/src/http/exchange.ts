import { Buffer, isAscii } from "node:buffer";
import type { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { AppError } from "@oncall/core";
import type { Dispatcher } from "undici";
import { place } from "./failures.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";

/** One request and its whole body; rejects with the signal's reason when that aborts. */
export async function exchange(
  request: HttpRequest,
  dispatcher: Dispatcher,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { url } = request;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method ?? "GET",
    headers: {
      accept: "application/json",
      "user-agent": "oncall-assistant",
      ...request.headers,
      ...(await request.signer?.sign()),
    },
    body: request.body ?? null,
    signal,
  });
  return {
    status: answer.statusCode,
    headers: flatten(answer.headers),
    text: await readBody(request, answer.body, maxBytes),
  };
}

/** What is larger takes its reader milliseconds: answers that came at the same time are handed on before it. */
const LARGE_BYTES = 64 * 1024;

async function readBody(request: HttpRequest, body: Readable, maxBytes: number): Promise<string> {
  const chunks = await chunksOf(request, body, maxBytes);
  if (chunks.reduce((sum, { length }) => sum + length, 0) > LARGE_BYTES) await turn();
  // Nearly all that systems answer is ASCII, which is read piece by piece and ten times as fast.
  return chunks.every((chunk) => isAscii(chunk))
    ? chunks.map((chunk) => chunk.toString("latin1")).join("")
    : Buffer.concat(chunks).toString("utf8");
}

/** By events: iterating a stream costs several turns an answer. What is not read is not received either. */
function chunksOf(request: HttpRequest, body: Readable, maxBytes: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= maxBytes) return void chunks.push(chunk);
      body.destroy(
        new AppError(
          "unavailable",
          `${request.system} answered more than ${maxBytes} bytes at ${place(request.url)}, which is more than is read; ask for less.`,
        ),
      );
    });
    body.once("end", () => resolve(chunks));
    body.once("error", reject);
  });
}

function flatten(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
