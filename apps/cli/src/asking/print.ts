import type { TurnStep } from "@oncall/incidents";
import type { Answer } from "./ask.ts";

const MAX_INPUT = 60;
const MAX_SAID = 400;

/** One step as lines for people: `turn 2  text → tools`, and each call with its input, outcome and time. */
export function printStep(step: TurnStep, styled: boolean): string {
  const style = styles(styled);
  switch (step.kind) {
    case "model": {
      const said = cut(harmless(step.text).replace(/\s+/g, " ").trim(), MAX_SAID);
      const calls = step.calls.length === 0 ? "" : `→ ${step.calls.join(", ")}`;
      return `${style.bold(`turn ${step.turn}`)}  ${[said, style.dim(calls)].filter((part) => part !== "").join(" ")}`;
    }
    case "tool": {
      const state = step.state === "ok" ? "ok" : style.warn(step.state);
      const time = step.ms === null ? "" : `${step.ms} ms`;
      const what = `${step.tool} ${style.dim(inputOf(step.input))}`;
      return `  ${what}  ${[state, time, style.dim(step.evidence ?? "")].filter((part) => part !== "").join("  ")}`;
    }
    case "note":
      return `${style.bold("note")}    ${cut(harmless(step.text).replace(/\s+/g, " "), MAX_SAID)}`;
  }
}

/** The answer as it reads in a terminal, and what it took. */
export function printAnswer({ response, metadata, session_id }: Answer, styled: boolean): string {
  const style = styles(styled);
  const { model, tools_called, tokens_used, cost_usd, query_time } = metadata;
  const took = [
    model ?? "no model was asked",
    `${tools_called.length} ${tools_called.length === 1 ? "tool" : "tools"}`,
    tokens_used === 0 ? "" : `${tokens_used.toLocaleString("en-US")} tokens`,
    tokens_used === 0 || cost_usd === null ? "" : `$${cost_usd.toFixed(4)}`,
    query_time,
    `go on with --session ${session_id}`,
  ].filter((part) => part !== "");
  return `\n${plainly(harmless(response), style)}\n\n${style.dim(took.join(" · "))}`;
}

/** Markdown without its marks: emphasis as the terminal has it, links with their address. */
function plainly(markdown: string, style: ReturnType<typeof styles>): string {
  return markdown
    .replace(/^#{1,6} (.*)$/gm, (_, heading: string) => style.bold(heading))
    .replace(/\*\*([^*\n]+)\*\*/g, (_, words: string) => style.bold(words))
    .replace(/(^|\s)_([^_\n]+)_(?=[\s.,:]|$)/gm, "$1$2")
    .replace(/`([^`\n]+)`/g, "$1")
    .replace(/\[([^[\]\n]*)\]\((https?:[^)\s]+)\)/g, "$1 ($2)");
}

function inputOf(input: unknown): string {
  if (typeof input !== "object" || input === null) return cut(harmless(String(input ?? "")), MAX_INPUT);
  const values = Object.entries(input).map(([key, value]) =>
    key === "service" || key === "id" || key === "evidence"
      ? String(value)
      : `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return cut(harmless(values.join(" ")), MAX_INPUT);
}

/** Text from outside moves no cursor, changes no colour and hides nothing. */
function harmless(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/gu, "");
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function styles(styled: boolean) {
  const with_ = (code: number) => (text: string) =>
    styled && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { bold: with_(1), dim: with_(2), warn: with_(33) };
}
