import type { ToolResult } from "@oncall/core";
import type { ServiceList } from "@oncall/tools";
import * as say from "./lookup-sentences.ts";
import type { Lookup, SubjectLookup } from "./routing.ts";
import { type Subject, serviceOf } from "./subject.ts";

/** An answer without a model: what a tool found, in sentences. */
export interface LookedUp {
  readonly text: string;
  /** Evidence ids that the text cites. */
  readonly evidence: readonly string[];
}

export type CallTool = (tool: string, input: unknown) => Promise<ToolResult>;

const CLARIFY =
  "Which service or id do you mean? Name it, as in “who owns order-service?” or “status of ord-1234”.";
/** Steps that are followed for the blast radius: what a person means by "depends on" is seldom further away. */
const DEPENDENTS_DEPTH = 3;

/** Answers a lookup from one tool, citing its evidence; what the tool could not answer is said in its own words. */
export async function lookUp(lookup: Lookup, call: CallTool): Promise<LookedUp> {
  if (lookup.ask === "unclear") return { text: CLARIFY, evidence: [] };
  const { tool, input, tell } =
    lookup.ask === "services" ? services(lookup.team) : plans[lookup.ask](lookup.subject);
  const result = await call(tool, input);
  // The first line carries the citation, whatever list follows it.
  const [first = "", ...list] = sentences(result, tell).split("\n");
  return { text: [`${first} [${result.evidence}]`, ...list].join("\n"), evidence: [result.evidence] };
}

interface Plan {
  readonly tool: string;
  readonly input: unknown;
  tell(data: never): string;
}

function sentences(result: ToolResult, tell: (data: never) => string): string {
  if (result.state === "ok") {
    // The registry has held the data against the tool's output schema.
    const said = tell(result.data as never);
    return result.omitted === undefined ? said : `${said}\n_Left out:_ ${result.omitted}`;
  }
  if (result.state === "no_data")
    return `Nothing was found; searched was ${result.searched ?? "what is known"}.`;
  return result.error?.message ?? "The tool gave no answer.";
}

const plans: Readonly<Record<SubjectLookup, (subject: Subject) => Plan>> = {
  owner: (subject) => {
    if (subject.kind === "resource")
      return { tool: "find_resource_owner", input: { id: subject.id }, tell: say.owned };
    // Nobody owns what has no entry; who depends on it is whom to ask.
    return subject.kind === "dependency" ? plans.dependents(subject) : escalation(subject, say.owner);
  },
  on_call: (subject) =>
    subject.kind === "dependency" ? plans.dependents(subject) : escalation(subject, say.onCall),
  dependents: (subject) => ({
    tool: "get_dependents",
    input: { service: serviceOf(subject), depth: DEPENDENTS_DEPTH },
    tell: say.dependents,
  }),
  dependencies: (subject) => ({
    tool: "get_dependencies",
    input: { service: serviceOf(subject) },
    tell: say.dependencies,
  }),
  deploys: (subject) => ({
    tool: "get_recent_deploys",
    input: { service: serviceOf(subject) },
    tell: say.deploys,
  }),
  status: (subject) =>
    subject.kind === "resource"
      ? { tool: "get_resource", input: { id: subject.id }, tell: say.resource }
      : { tool: "get_service_health", input: { service: serviceOf(subject) }, tell: say.health },
  about: (subject) =>
    subject.kind === "resource"
      ? plans.status(subject)
      : subject.kind === "dependency"
        ? plans.dependents(subject)
        : { tool: "get_service_catalog", input: { service: subject.name }, tell: say.about },
};

function escalation(subject: Subject, tell: Plan["tell"]): Plan {
  return { tool: "get_escalation_path", input: { service: serviceOf(subject) }, tell };
}

function services(team: string | null): Plan {
  return {
    tool: "list_services",
    input: team === null ? {} : { team },
    tell: (data: ServiceList) => say.list(data, team),
  };
}
