import type { GuardedAnswer, ResourceApiBackend } from "@oncall/backends";
import { toAppError } from "@oncall/core";
import type { Finding } from "./finding.ts";

const states: Readonly<Record<string, Finding["state"]>> = {
  none: "healthy",
  operational: "healthy",
  ok: "healthy",
  up: "healthy",
  pass: "healthy",
  healthy: "healthy",
  minor: "degraded",
  major: "degraded",
  maintenance: "degraded",
  degraded: "degraded",
  warn: "degraded",
  critical: "down",
  down: "down",
  fail: "down",
  unhealthy: "down",
};

const MAX_NAMED = 5;
const MAX_TEXT = 200;
/** Path of Statuspage's short answer, which tells no details, and of its long one. */
const SHORT = /\/api\/v2\/status\.json$/;
const LONG = "/api/v2/summary.json";

/**
 * A dependency by its `health_endpoint`; where a Statuspage says that something is wrong, its summary is asked too
 * for the components and incidents.
 */
export async function byStatusPage(
  endpoint: string,
  resources: ResourceApiBackend,
  signal: AbortSignal,
): Promise<Finding> {
  const finding = readStatusPage(await resources.get(endpoint, undefined, signal));
  const isBad = finding.state === "degraded" || finding.state === "down";
  const url = new URL(endpoint);
  if (!isBad || !SHORT.test(url.pathname)) return finding;
  url.pathname = url.pathname.replace(SHORT, LONG);
  try {
    const { since, facts } = readStatusPage(await resources.get(url.href, undefined, signal));
    return { ...finding, since, facts: [...new Set([...finding.facts, ...facts])] };
  } catch (thrown) {
    // The details are a plus: what the page said stands without them.
    if (toAppError(thrown).kind === "bug") throw thrown;
    return { ...finding, facts: [...finding.facts, `${url.host} did not tell which components`] };
  }
}

/**
 * A Statuspage's status or summary (https://www.atlassian.com/software/statuspage), a health check's `status`, or the
 * bare HTTP status.
 */
function readStatusPage({ status, body, url }: GuardedAnswer): Finding {
  const host = new URL(url).host;
  const how = "status page";
  if (status < 200 || status >= 300) {
    const fact = `${host} answered HTTP ${status}: check health_endpoint in service.yaml`;
    return { state: "unknown", since: null, how, facts: [fact] };
  }
  const page = at(body, "status");
  const word = at(page, "indicator") ?? page;
  const state = typeof word === "string" ? states[word.toLowerCase()] : undefined;
  if (typeof word !== "string" || state === undefined) {
    const said = typeof word === "string" ? `; its status "${cut(word)}" is not understood` : "";
    return { state: "healthy", since: null, how, facts: [`${host} answered HTTP ${status}${said}`] };
  }
  const description = at(page, "description");
  const says = typeof description === "string" ? `: ${cut(description)}` : "";
  const components = list(body, "components")
    // A group says again what its components say.
    .filter((one) => at(one, "group") !== true && (text(one, "status") ?? "operational") !== "operational")
    .map(
      (one) => `${text(one, "name") ?? "a component"} is ${(text(one, "status") ?? "").replaceAll("_", " ")}`,
    );
  const incidents = list(body, "incidents").filter(
    (one) => !["resolved", "postmortem"].includes(text(one, "status") ?? ""),
  );
  const began = incidents.flatMap((one) => time(text(one, "started_at") ?? text(one, "created_at"))).sort();
  return {
    state,
    since: state === "healthy" ? null : (began[0] ?? null),
    how,
    facts: [
      `${host} says "${cut(word)}"${says}`,
      ...named(components),
      ...named(
        incidents.map(
          (one) => `incident "${text(one, "name") ?? "without a name"}" (${text(one, "status") ?? "open"})`,
        ),
      ),
    ],
  };
}

function named(all: readonly string[]): string[] {
  if (all.length === 0) return [];
  const rest = all.length - MAX_NAMED;
  return [`${all.slice(0, MAX_NAMED).join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`];
}

function list(value: unknown, name: string): unknown[] {
  const found = at(value, name);
  return Array.isArray(found) ? found : [];
}

function text(value: unknown, name: string): string | undefined {
  const found = at(value, name);
  return typeof found === "string" ? cut(found) : undefined;
}

function time(value: string | undefined): string[] {
  const ms = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(ms) ? [] : [new Date(ms).toISOString()];
}

function cut(value: string): string {
  return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}…`;
}

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
