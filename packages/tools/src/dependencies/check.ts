import type { Backends } from "@oncall/backends";
import type { Catalog, Dependency } from "@oncall/catalog";
import { notConfigured } from "../not-configured.ts";
import type { DependencyHealthRow } from "../outputs/index.ts";
import { isOnAws } from "./aws.ts";
import { byAws } from "./by-aws.ts";
import { byExporters } from "./by-exporters.ts";
import { byRequests } from "./by-requests.ts";
import { type Finding, unknown } from "./finding.ts";
import { settled } from "./settled.ts";
import { byStatusPage } from "./status-page.ts";

export interface CheckDeps extends Pick<Backends, "metrics" | "awsHealth" | "resources"> {
  readonly catalog: Catalog;
}

export interface CheckContext {
  readonly now: Date;
  readonly onset?: Date | undefined;
  readonly signal: AbortSignal;
}

const CHECK_MS = 4_000;

/**
 * Each dependency by its own kind, those of one kind together. What goes wrong with one kind is `unknown` with its
 * reason for its own; only a bug is thrown.
 */
export async function checkDependencies(
  dependencies: readonly Dependency[],
  deps: CheckDeps,
  context: CheckContext,
): Promise<DependencyHealthRow[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(CHECK_MS)]);
  const bounded = { ...context, signal };
  const { metrics, awsHealth } = deps;
  const ofKind = (...types: Dependency["type"][]) => dependencies.filter(({ type }) => types.includes(type));
  const [requests, exporters, pages, aws] = await Promise.all([
    together(
      ofKind("internal"),
      metrics && ((all) => byRequests(all, deps, metrics, bounded)),
      "metrics",
      signal,
    ),
    together(
      ofKind("database", "cache", "queue", "aws"),
      metrics && ((all) => byExporters(all, metrics, bounded)),
      "metrics",
      signal,
    ),
    statusPages(ofKind("external"), deps, signal),
    together(
      dependencies.filter(isOnAws),
      awsHealth && ((all) => byAws(all, awsHealth, bounded)),
      "awsHealth",
      signal,
    ),
  ]);
  return dependencies.map((dependency) => {
    const { name, type, critical } = dependency;
    const own =
      requests.get(name) ?? pages.get(name) ?? exporters.get(name) ?? withoutExporter(dependency, deps);
    return { name, type, critical, ...combined([own, aws.get(name)]) };
  });
}

/** One check for all of a kind, by name; where it is not configured or fails, each is unknown with the reason. */
async function together(
  dependencies: readonly Dependency[],
  check: ((dependencies: readonly Dependency[]) => Promise<Map<string, Finding>>) | undefined,
  dep: "metrics" | "awsHealth",
  signal: AbortSignal,
): Promise<Map<string, Finding>> {
  const all = (why: string): Map<string, Finding> =>
    new Map(dependencies.map(({ name }) => [name, unknown(why)]));
  if (dependencies.length === 0) return new Map();
  if (check === undefined) return all(`${notConfigured(dep)}.`);
  return await settled(check(dependencies), all, signal);
}

async function statusPages(
  dependencies: readonly Dependency[],
  { resources }: CheckDeps,
  signal: AbortSignal,
): Promise<Map<string, Finding>> {
  const findings = dependencies.map(async ({ name, healthEndpoint }): Promise<[string, Finding]> => {
    if (healthEndpoint === undefined) return [name, unknown("service.yaml gives no health_endpoint")];
    if (resources === undefined) return [name, unknown(`${notConfigured("resources")}.`)];
    return [name, await settled(byStatusPage(healthEndpoint, resources, signal), unknown, signal)];
  });
  return new Map(await Promise.all(findings));
}

function withoutExporter({ name, type }: Dependency, { metrics }: CheckDeps): Finding | undefined {
  // What AWS itself runs rarely has an exporter.
  if (type === "aws" || metrics === undefined) return undefined;
  return unknown(
    `Prometheus has no metrics of job "${name}": give its exporter that job name, or an instance that begins with it`,
  );
}

const gravity = { down: 3, degraded: 2, healthy: 1, unknown: 0 } as const;

/** The worst of what was found; the facts of all. That AWS reports nothing does not make an unseen database healthy. */
function combined(found: readonly (Finding | undefined)[]): Finding {
  const said = found.filter((finding) => finding !== undefined);
  const [first, second] = said;
  if (first === undefined) return unknown("nothing is known by which it could be checked");
  if (second === undefined) return first;
  if (first.state === "unknown" && second.state === "healthy")
    return { ...first, facts: [...first.facts, ...second.facts] };
  const [worst, other] = gravity[second.state] > gravity[first.state] ? [second, first] : [first, second];
  const how = [
    ...new Set(said.filter(({ state }) => state !== "unknown").map((finding) => finding.how)),
  ].join(", ");
  return { ...worst, how: how === "" ? worst.how : how, facts: [...worst.facts, ...other.facts] };
}
