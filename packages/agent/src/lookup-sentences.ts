import type {
  Dependencies,
  Dependents,
  EscalationPath,
  RecentDeploys,
  ResourceOwnerResult,
  ResourceStatus,
  ServiceCatalogEntry,
  ServiceHealth,
  ServiceList,
} from "@oncall/tools";
import { count, listed, percent, quoted, seconds } from "@oncall/triage";

const MAX_LISTED = 30;
const MAX_DEPLOYS = 5;

// What the tools answer as a person would say it: one function a kind of answer.

export function owner({ service, team, slack_channel, pager_alias }: EscalationPath): string {
  return `${service} is owned by team ${team}. Their Slack channel is ${slack_channel}, their pager alias ${pager_alias}.`;
}

export function onCall({
  service,
  team,
  slack_channel,
  pager_alias,
  on_call,
  on_call_note,
}: EscalationPath): string {
  const who = on_call === null ? on_call_note : `${on_call} is on call for ${service}. ${on_call_note}`;
  return `${who.trim()} ${service} belongs to team ${team}: page ${pager_alias} or write in ${slack_channel}.`;
}

export function owned({ id, service, team, type, why }: ResourceOwnerResult): string {
  return `${id} is ${article(type)} of ${service}, team ${team}. ${why}`;
}

export function dependents({ service, dependents: all }: Dependents): string {
  if (all.length === 0) return `Nothing in the catalog depends on ${service}.`;
  const [direct, indirect] = [all.filter(({ depth }) => depth === 1), all.filter(({ depth }) => depth > 1)];
  const names = (some: typeof all) =>
    joined(some.map(({ name, team, critical }) => `${name} (team ${team}${critical ? ", critical" : ""})`));
  const further = indirect.length === 0 ? "" : ` Through them also ${names(indirect)}.`;
  return `${count(direct.length, "service")} ${direct.length === 1 ? "depends" : "depend"} on ${service}: ${names(direct)}.${further}`;
}

export function dependencies({ service, dependencies: all, cycles }: Dependencies): string {
  if (all.length === 0) return `${service} declares no dependencies.`;
  const names = all.map(({ name, type, critical }) => `${name} (${type}${critical ? ", critical" : ""})`);
  const circular = cycles.length === 0 ? "" : ` It is part of a cycle: ${(cycles[0] ?? []).join(" → ")}.`;
  return `${service} depends on ${joined(names)}.${circular}`;
}

export function deploys({ service, window, deploys: all, sources }: RecentDeploys): string {
  const unread = sources
    .filter(({ checked }) => !checked)
    .map(({ name, note }) => `${name}${note === null ? "" : `: ${note}`}`);
  const missing = unread.length === 0 ? "" : ` Not read: ${unread.join("; ")}.`;
  if (all.length === 0)
    return `No change of ${service} is known from ${at(window.from)} to ${at(window.to)}.${missing}`;
  const lines = all.slice(0, MAX_DEPLOYS).map(({ at: when, kind, title, author, changes, state }) => {
    const what = changes.slice(0, 3).map(({ what, from, to }) => `${what} ${from ?? "–"} → ${to ?? "–"}`);
    const by = author === null ? "" : ` by ${author}`;
    const troubled =
      state === "stuck" || state === "failed" || state === "in_progress"
        ? `, ${state.replace("_", " ")}`
        : "";
    return `\n- ${at(when)}: ${kind} “${quoted(title)}”${by}${troubled}${what.length === 0 ? "" : ` (${what.join(", ")})`}`;
  });
  const more = all.length > MAX_DEPLOYS ? `\n- and ${all.length - MAX_DEPLOYS} older` : "";
  return `${count(all.length, "change")} of ${service} since ${at(window.from)}, newest first:${lines.join("")}${more}\n${missing.trim()}`.trim();
}

export function resource({ id, service, type, found, http_status, status, error }: ResourceStatus): string {
  if (!found) return `${service} knows no ${type} ${id} (it answered HTTP ${http_status}).`;
  const trouble =
    error === null ? "" : ` Its error is “${quoted(error)}”. Ask “diagnose ${id}” for the likely cause.`;
  return `The ${type} ${id} is ${status ?? "known, but without a status"}, says ${service}.${trouble}`;
}

export function health({
  service,
  verdict,
  reasons,
  error_ratio,
  requests_per_second,
  latency_seconds,
}: ServiceHealth): string {
  const facts = [
    error_ratio.now === null ? "" : `${percent(error_ratio.now)} of requests fail`,
    requests_per_second.now === null
      ? ""
      : `${Number(requests_per_second.now.toPrecision(3))} requests a second`,
    latency_seconds.p99.now === null ? "" : `p99 ${seconds(latency_seconds.p99.now)}`,
  ].filter((fact) => fact !== "");
  const word = verdict === "no_traffic" ? "without traffic" : verdict;
  const because = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  const trouble = verdict === "healthy" ? "" : ` Ask “why is ${service} failing?” for the likely cause.`;
  return `${service} is ${word}${because}. ${facts.length === 0 ? "" : `Now ${joined(facts)}.`}${trouble}`.trim();
}

export function about(entry: ServiceCatalogEntry): string {
  const { name, team, description, kubernetes, observability, runbooks } = entry;
  const place =
    kubernetes === null
      ? ""
      : ` It runs as ${kubernetes.workload} in namespace ${kubernetes.namespace} of cluster ${kubernetes.cluster}.`;
  const needs = entry.dependencies.map((dependency) => dependency.name);
  return [
    `${name}${description === null ? "" : `: ${description.replace(/\.$/, "")}`}.`,
    `Team ${team}, Slack ${entry.slack_channel}, pager ${entry.pager_alias}, repository ${entry.repository}${entry.language === null ? "" : `, written in ${entry.language}`}.${place}`,
    needs.length === 0 ? "" : `It depends on ${joined(needs)}.`,
    entry.resources.length === 0
      ? ""
      : `It owns ${joined(entry.resources.map(({ pattern, type }) => `${type} ids (${pattern})`))}.`,
    observability.opensearch_index === null ? "" : `Its logs are in ${observability.opensearch_index}.`,
    runbooks.length === 0 ? "" : `Runbooks: ${joined(runbooks)}.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

export function list({ services: page, total }: ServiceList, team: string | null): string {
  const rows = page
    .slice(0, MAX_LISTED)
    .map(
      ({ name, team: of, description }) =>
        `\n- ${name}${team === null ? ` (${of})` : ""}${description === null ? "" : `: ${description}`}`,
    );
  const more = total > rows.length ? `\n- and ${total - rows.length} more` : "";
  return `${team === null ? `The catalog holds ${count(total, "service")}` : `Team ${team} has ${count(total, "service")}`}:${rows.join("")}${more}`;
}

/** All of them as far as a person reads on. */
function joined(items: readonly string[]): string {
  return listed(items, MAX_LISTED);
}

function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

function at(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
