import type { GuardedAnswer } from "@oncall/backends";
import type { Finding } from "./finding.ts";

const states: Readonly<Record<string, Finding["state"]>> = {
  none: "healthy",
  operational: "healthy",
  ok: "healthy",
  up: "healthy",
  pass: "healthy",
  minor: "degraded",
  major: "degraded",
  maintenance: "degraded",
  degraded: "degraded",
  warn: "degraded",
  critical: "down",
  down: "down",
  fail: "down",
};

/** A Statuspage indicator (https://www.atlassian.com/software/statuspage), a health check's `status`, or the bare HTTP status. */
export function readStatusPage({ status, body, url }: GuardedAnswer): Finding {
  const host = new URL(url).host;
  const how = "status page";
  if (status < 200 || status >= 300) {
    const fact = `${host} answered HTTP ${status}: check health_endpoint in service.yaml`;
    return { state: "unknown", since: null, how, facts: [fact] };
  }
  const page = at(body, "status");
  const word = at(page, "indicator") ?? page;
  const state = typeof word === "string" ? states[word.toLowerCase()] : undefined;
  const description = at(page, "description");
  const says = typeof description === "string" ? `: ${description.slice(0, 200)}` : "";
  if (typeof word === "string" && state !== undefined) {
    return { state, since: null, how, facts: [`${host} says "${word}"${says}`] };
  }
  return { state: "healthy", since: null, how, facts: [`${host} answered HTTP ${status}`] };
}

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
