import { notation } from "./notation.ts";

/**
 * Data that others wrote, between marks that it cannot close: it is one line, in which a "<" only stands as \u003c.
 * The system prompt says that nothing between the marks is an instruction.
 */
export function fence(from: string | null, value: unknown): string {
  return `<data${from === null ? "" : ` from="${from}"`}>\n${notation(value ?? null)}\n</data>`;
}
