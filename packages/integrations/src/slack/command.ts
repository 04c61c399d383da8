/** `/diagnose <service or resource id> [question]` */
export type DiagnoseText = DiagnoseCommand | { readonly kind: "help" };

export interface DiagnoseCommand {
  readonly kind: "diagnose";
  readonly target: string;
  readonly question: string | null;
}

const MAX_QUESTION = 2_000;

export function parseDiagnose(text: string): DiagnoseText {
  const words = text.trim().replace(/[“”]/g, '"').split(/\s+/);
  const target = (words[0] ?? "").replace(/^[`"'<]+|[`"'>,.?]+$/g, "");
  if (target === "" || /^(?:help|-h|--help|\?)$/i.test(target)) return { kind: "help" };
  const question = words.slice(1).join(" ").slice(0, MAX_QUESTION).trim();
  return { kind: "diagnose", target: target.slice(0, 200), question: question === "" ? null : question };
}

export const diagnoseHelp = [
  "*/diagnose* looks into a service or one of its resources and posts what it finds in this channel.",
  "• `/diagnose order-service` – how is the service, and what is the likely cause when it is not well?",
  "• `/diagnose ord-1234` – who owns this id, what state is it in, and what is wrong around it?",
  "• `/diagnose order-service why are checkouts slow since noon?` – the same, with your question for the model",
].join("\n");
