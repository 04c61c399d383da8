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
    headers: { accept: "application/json", "user-agent": "oncall-assistant", ...request.headers },
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

/** Leaving the loop early destroys the body, so what is not read is not received either. */
async function readBody(
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AppError(
        "unavailable",
        `${request.system} answered more than ${maxBytes} bytes at ${place(request.url)}, which is more than is read; ask for less.`,
      );
    }
    chunks.push(chunk);
  }
  if (size > LARGE_BYTES) await turn();
  return Buffer.concat(chunks).toString("utf8");
}

function flatten(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
