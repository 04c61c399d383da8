import { estimateTokens } from "@oncall/core";
import type { ReceivedRequest } from "@oncall/sandbox";

export interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly tokens: number;
}

/** What the last request of a run was made of, in the bytes that the server received. */
export function partsOf(request: ReceivedRequest): Part[] {
  const { system, tools = [], messages } = request.body;
  const [context, ...rest] = messages;
  return [
    part("tools", tools),
    part("system", system),
    part("context", context?.content),
    ...rest.map(({ role, content }, i) =>
      part(`turn ${Math.floor(i / 2) + 1}, ${role === "user" ? "results" : "answer"}`, content),
    ),
  ];
}

/** Cache marks come and go; they are no part of what is read. */
function part(name: string, value: unknown): Part {
  const text = JSON.stringify(value, (key, item) => (key === "cache_control" ? undefined : item)) ?? "";
  return { name, bytes: Buffer.byteLength(text, "utf8"), tokens: estimateTokens(text) };
}
