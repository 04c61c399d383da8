import type { Backends } from "@oncall/backends";
import type { Catalog, Dependency } from "@oncall/catalog";
import { AppError, toAppError } from "@oncall/core";
import { requestSource } from "../metrics/request-source.ts";
import { measureHealth } from "../metrics/service-health.ts";
import { notConfigured } from "../not-configured.ts";
import type { DependencyHealthRow } from "../read/outputs.ts";
import { awsEvents, awsPlace, isOnAws, touches } from "./aws.ts";
import { checkExporter } from "./exporter-metrics.ts";
import { type Finding, unknown } from "./finding.ts";
import { readStatusPage } from "./status-page.ts";

export interface CheckDeps extends Pick<Backends, "metrics" | "awsHealth" | "resources"> {
  readonly catalog: Catalog;
}

export interface CheckContext {
  readonly now: Date;
  readonly onset?: Date | undefined;
  readonly signal: AbortSignal;
}

const CHECK_MS = 4_000;
/** A dependency of which most requests fail is down. */
const DOWN_ERRORS = 0.5;

/** One dependency by its own kind. What goes wrong is `unknown` with its reason; only a bug is thrown. */
export async function checkDependency(
  dependency: Dependency,
  deps: CheckDeps,
  context: CheckContext,
): Promise<DependencyHealthRow> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(CHECK_MS)]);
  const bounded = { ...context, signal };
  const checks = isOnAws(dependency) ? [own(dependency), onAws] : [own(dependency)];
  const found = await Promise.all(checks.map((check) => settled(check(dependency, deps, bounded), signal)));
  const { name, type, critical } = dependency;
  return { name, type, critical, ...combined(found) };
}

type Check = (dependency: Dependency, deps: CheckDeps, context: CheckContext) => Promise<Finding | null>;

function own({ type }: Dependency): Check {
  if (type === "internal") return byRequests;
  if (type === "external") return byStatusPage;
  return byExporter;
}

const byRequests: Check = async ({ name }, { metrics, catalog }, { now, onset, signal }) => {
  if (metrics === undefined) return unknown(`${notConfigured("metrics")}.`);
  const entry = await catalog.find(name);
  const source = entry === null ? { job: name, workload: name } : requestSource(entry);
  const measured = await measureHealth(metrics, { ...source, service: name, now, onset }, signal);
  if (measured === null)
    return unknown(`Prometheus has no request metrics of job "${source.job}"`, "metrics");
  const { verdict, reasons, error_ratio: errors, latency_seconds: latency, changed_at } = measured.health;
  if (verdict === "no_traffic") return unknown(reasons.join("; "), "metrics");
  if (verdict === "healthy") {
    const facts = [
      errors.now === null ? [] : [`${Number((errors.now * 100).toPrecision(2))} % of requests fail`],
      latency.p99.now === null ? [] : [`p99 latency is ${Number(latency.p99.now.toPrecision(2))} s`],
    ].flat();
    return { state: "healthy", since: null, how: "metrics", facts };
  }
  const since = [changed_at.error_ratio, changed_at.latency].filter((at) => at !== null).sort()[0] ?? null;
  const state = (errors.now ?? 0) >= DOWN_ERRORS ? "down" : "degraded";
  return { state, since, how: "metrics", facts: reasons };
};

const byExporter: Check = async ({ name, type }, { metrics }, { now, onset, signal }) => {
  if (metrics === undefined) return type === "aws" ? null : unknown(`${notConfigured("metrics")}.`);
  const found = await checkExporter(metrics, name, now, onset, signal);
  if (found !== null || type === "aws") return found;
  return unknown(`Prometheus has no metrics of job "${name}": give its exporter that job name`);
};

const byStatusPage: Check = async ({ healthEndpoint }, { resources }, { signal }) => {
  if (healthEndpoint === undefined) return unknown("service.yaml gives no health_endpoint");
  if (resources === undefined) return unknown(`${notConfigured("resources")}.`);
  return readStatusPage(await resources.get(healthEndpoint, undefined, signal));
};

const onAws: Check = async (dependency, { awsHealth }, { now, onset, signal }) => {
  if (awsHealth === undefined) return unknown(`${notConfigured("awsHealth")}.`);
  const place = awsPlace(dependency);
  if (place === null) return unknown("service.yaml gives no aws_service and aws_region");
  const events = await awsEvents(awsHealth, [place], now, onset, signal);
  const issue = events.find(
    (event) => event.category === "issue" && event.status === "open" && touches(event, place),
  );
  const where = `${place.awsService.toUpperCase()} in ${place.region}`;
  if (issue === undefined) {
    return {
      state: "healthy",
      since: null,
      how: "AWS Health",
      facts: [`AWS reports no open issue for ${where}`],
    };
  }
  const facts = [`AWS reports ${issue.code} for ${where} since ${issue.startedAt}`];
  return { state: "degraded", since: issue.startedAt, how: "AWS Health", facts };
};

const gravity = { down: 3, degraded: 2, healthy: 1, unknown: 0 } as const;

/** The worst of what was found; the facts of all. That AWS reports nothing does not make an unseen database healthy. */
function combined(found: readonly (Finding | null)[]): Finding {
  const said = found.filter((finding) => finding !== null);
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

/** The check's answer, or why there is none; also when it does not listen to the signal. */
async function settled(check: Promise<Finding | null>, signal: AbortSignal): Promise<Finding | null> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new AppError("unavailable", "The check did not answer in time."));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([check, aborted]);
  } catch (thrown) {
    if (signal.aborted) return unknown("The check did not answer in time.");
    const error = toAppError(thrown);
    if (error.kind === "bug") throw thrown;
    return unknown(error.message);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
