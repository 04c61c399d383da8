import type { GithubBackend, KubernetesBackend } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import {
  AppError,
  addMinutes,
  minutesBetween,
  resolveWindow,
  type TimeWindow,
  toAppError,
} from "@oncall/core";
import { Type } from "typebox";
import { commitRows } from "../changes/commits.ts";
import { withCommit } from "../changes/join.ts";
import { type RolloutRow, rolloutsOf } from "../changes/rollouts.ts";
import { defineReadTool, ok } from "../define-tool.ts";
import { notConfigured, notConfiguredError } from "../not-configured.ts";
import { ServiceName, WindowInputs } from "./inputs.ts";
import { type Deploy, RecentDeploys } from "./outputs.ts";

const DAY_MINUTES = 24 * 60;
const MAX_DEPLOYS = 20;

export const getRecentDeploys = defineReadTool({
  name: "get_recent_deploys",
  description:
    "What changed for a service: Kubernetes rollouts and GitHub commits with image and configuration differences, author, and minutes before the onset; newest first. Default: from a day before the onset.",
  uses: ["catalog"],
  mayUse: ["kubernetes", "github"],
  input: Type.Object({ service: ServiceName, ...WindowInputs }, { additionalProperties: false }),
  output: RecentDeploys,
  async run({ service, from, to }, { catalog, kubernetes, github }, { now, onset, signal }) {
    const entry = await catalog.get(service);
    if (kubernetes === undefined && github === undefined) throw notConfiguredError(["kubernetes", "github"]);
    const window = resolveWindow(
      { from: from ?? (to === undefined ? dayBefore(now, onset) : undefined), to },
      now,
      DAY_MINUTES,
    );
    const [cluster, repository] = await Promise.all([
      attempt("Kubernetes", () => rollouts(kubernetes, entry, window, signal)),
      attempt("GitHub", () => commits(github, entry, window, signal)),
    ]);
    // Only when nothing could be asked is there no answer; one source alone is one, and says so.
    if (cluster.failure !== null && repository.failure !== null)
      throw worse(cluster.failure, repository.failure);
    const merged = repository.found?.deploys ?? [];
    const all = [...(cluster.found ?? []).map((row) => withCommit(row, merged)), ...merged]
      .map((deploy) => ({ ...deploy, minutes_before_onset: minutesBefore(deploy, onset) }))
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    const cut =
      all.length > MAX_DEPLOYS ? `${all.length - MAX_DEPLOYS} older of ${all.length} changes.` : undefined;
    const omitted = [cut, repository.found?.omitted].filter((text) => text !== undefined).join(" ");
    return ok(
      {
        service: entry.name,
        window,
        deploys: all.slice(0, MAX_DEPLOYS),
        sources: [cluster.source, repository.source],
      },
      {
        searched: `${window.from} to ${window.to}`,
        omitted: omitted === "" ? undefined : omitted,
        link: all[0]?.link ?? undefined,
        summary: summaryOf(entry.name, all),
      },
    );
  },
});

interface Attempt<T> {
  readonly found: T | null;
  readonly failure: AppError | null;
  readonly source: RecentDeploys["sources"][number];
}

/** One source on its own: what it says, or why it could not be asked. */
async function attempt<T>(name: string, ask: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { found: await ask(), failure: null, source: { name, checked: true, note: null } };
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (failure.kind === "bug") throw thrown;
    return { found: null, failure, source: { name, checked: false, note: failure.message } };
  }
}

async function rollouts(
  kubernetes: KubernetesBackend | undefined,
  entry: ServiceEntry,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<RolloutRow[]> {
  const ref = entry.deployment.kubernetes;
  if (kubernetes === undefined) throw new AppError("not_configured", `${notConfigured("kubernetes")}.`);
  if (ref === undefined) {
    throw new AppError("not_configured", `service.yaml of ${entry.name} gives no deployment.kubernetes.`);
  }
  const workload = await kubernetes.workload(ref, signal);
  if (workload === null) {
    throw new AppError("not_found", `${ref.cluster}/${ref.namespace} has no workload "${ref.workload}".`);
  }
  return rolloutsOf(workload, await kubernetes.replicaSetsOf(ref, workload, signal), window);
}

async function commits(
  github: GithubBackend | undefined,
  entry: ServiceEntry,
  window: TimeWindow,
  signal: AbortSignal,
): ReturnType<typeof commitRows> {
  if (github === undefined) throw new AppError("not_configured", `${notConfigured("github")}.`);
  return await commitRows(github, entry, window, signal);
}

function dayBefore(now: Date, onset: Date | undefined): string {
  return addMinutes(onset !== undefined && onset < now ? onset : now, -DAY_MINUTES);
}

function minutesBefore(deploy: Deploy, onset: Date | undefined): number | null {
  return onset === undefined ? null : Math.round(minutesBetween(deploy.at, onset) * 10) / 10;
}

/** A source that is down says more than one that was never connected. */
function worse(a: AppError, b: AppError): AppError {
  if (a.kind === b.kind) return new AppError(a.kind, `${a.message} ${b.message}`, { cause: a });
  return a.kind === "not_configured" ? b : a;
}

function summaryOf(service: string, all: readonly Deploy[]): string {
  const [newest] = all;
  if (newest === undefined) return `${service}: no rollout and no commit in the window`;
  const before = newest.minutes_before_onset;
  const when =
    before === null
      ? newest.at
      : before >= 0
        ? `${before} min before the onset`
        : `${-before} min after the onset`;
  return `${service}: ${all.length} changes; newest: ${newest.kind} "${newest.title}"${newest.author === null ? "" : ` by ${newest.author}`}, ${when}`;
}
