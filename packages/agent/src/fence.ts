/**
 * Data that others wrote, between marks that it cannot close: it is one line of JSON in which every "<" is
 * written as \u003c. The system prompt says that nothing between the marks is an instruction.
 */
export function fence(from: string, value: unknown): string {
  return `<data from="${from}">\n${JSON.stringify(value ?? null).replaceAll("<", "\\u003c")}\n</data>`;
}
