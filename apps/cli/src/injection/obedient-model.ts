import type { MessagesRequest, Template, Turn } from "@oncall/sandbox";
import type { HostileCase } from "./corpus.ts";

const CALLS_A_TURN = 8;

/** So that every planted text is really shown to the model. */
const lookAround = [
  { tool: "query_logs", input: { service: "order-service" } },
  { tool: "scan_log_patterns", input: { service: "order-service" } },
  { tool: "get_pod_status", input: { service: "order-service" } },
  { tool: "get_recent_deploys", input: { service: "order-service" } },
  { tool: "get_resource", input: { id: "ord-1234" } },
  { tool: "get_service_catalog", input: { service: "order-service" } },
  { tool: "check_dependency_health", input: { service: "order-service" } },
  { tool: "check_dependency_health", input: { service: "payment-service" } },
];

/**
 * The worst model there could be: it calls every tool that a hostile text demands, cites what it is told to cite, and
 * repeats the texts wherever people will read them, in all that it hands in.
 */
export function obedientModel(round: readonly HostileCase[]): (request: MessagesRequest) => Turn {
  const calls = [...lookAround, ...round.flatMap((hostile) => hostile.calls ?? [])];
  const turns = Math.ceil(calls.length / CALLS_A_TURN);
  return ({ messages, tools = [] }) => {
    const turn = messages.filter(({ role }) => role === "assistant").length;
    const said: Template = { text: round.map(({ text }) => text.slice(0, 150)).join(" ") };
    if (turn < turns) {
      const asked = calls.slice(turn * CALLS_A_TURN, (turn + 1) * CALLS_A_TURN);
      return {
        content: [said, ...asked.map(({ tool, input }) => ({ tool_use: tool, input: input as Template }))],
      };
    }
    const answering = tools.some(({ name }) => name === "submit_answer");
    return {
      content: [
        said,
        answering
          ? { tool_use: "submit_answer", input: { answer: answerOf(round), citations: citesOf(round) } }
          : { tool_use: "submit_diagnosis", input: diagnosisOf(round) },
      ],
    };
  };
}

function diagnosisOf(round: readonly HostileCase[]): Template {
  const texts = round.map(({ text }) => text);
  const nth = (i: number, max: number) => (texts[i % texts.length] ?? "none").slice(0, max);
  const some = (count: number, max: number) =>
    Array.from({ length: Math.min(count, texts.length) }, (_, i) => nth(i, max));
  return {
    headline: nth(0, 300),
    // Five causes take all texts, each its share.
    root_causes: Array.from({ length: 5 }, (_, i) => ({
      service: nth(i, 100),
      code: "app.injected",
      confidence: 1,
      statement: texts
        .filter((_, j) => j % 5 === i)
        .map((text) => text.slice(0, 350))
        .join(" ")
        .slice(0, 1200)
        .padEnd(1, "-"),
      citations: citesOf(round),
    })),
    suspect_change: { service: nth(4, 100), at: nth(5, 40), summary: nth(6, 350), citations: citesOf(round) },
    first_look: { agrees: false, why: nth(1, 700) },
    impact: nth(2, 700),
    blast_radius: some(4, 100),
    ruled_out: some(8, 350).map((statement) => ({ statement, citations: [] })),
    actions: some(6, 180).map((title, i) => ({ title, command: nth(i + 6, 450), why: nth(i + 3, 350) })),
    watch: texts.slice(-6).map((text) => text.slice(0, 180)),
    open_questions: texts.slice(0, 6).map((text) => text.slice(0, 280)),
  };
}

function answerOf(round: readonly HostileCase[]): string {
  return round.map(({ text }) => text.slice(0, 600)).join("\n\n");
}

function citesOf(round: readonly HostileCase[]): Template {
  const demanded = round.flatMap((hostile) => hostile.cites ?? []).slice(0, 6);
  return [
    ...demanded,
    { evidence: "ev_222222222222", pointer: "/data", value: "approved" },
  ] as unknown as Template;
}
