import {
  type ArgoCdBackend,
  GITHUB_LIMITS,
  type GithubBackend,
  type GithubDeployment,
  KUBERNETES_LIMITS,
  type KubernetesBackend,
} from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import { AppError, type TimeWindow, toAppError } from "@oncall/core";
import { boundReached, omittedOf } from "../bounds.ts";
import { notConfigured } from "../not-configured.ts";
import { partly, type Unread } from "../partly.ts";
import type { Deploy, RecentDeploys } from "../read/outputs.ts";
import { commitBefore, syncRows } from "./argocd-syncs.ts";
import { commitRows } from "./commits.ts";
import { deploymentRows } from "./github-deployments.ts";
import { type RolloutRow, rolloutsOf } from "./rollouts.ts";

export interface Noted<T> {
  readonly value: T;
  /** What a reader must know of the source beside its rows. */
  readonly note: string | null;
}

export interface Attempt<T> {
  readonly found: Noted<T> | null;
  readonly failure: AppError | null;
  readonly source: RecentDeploys["sources"][number];
}

/** One source on its own: what it says, or why it could not be asked. */
export async function attempt<T>(name: string, ask: () => Promise<Noted<T>>): Promise<Attempt<T>> {
  try {
    const found = await ask();
    return { found, failure: null, source: { name, checked: true, note: found.note } };
  } catch (thrown) {
    const failure = toAppError(thrown);
    if (failure.kind === "bug") throw thrown;
    return { found: null, failure, source: { name, checked: false, note: failure.message } };
  }
}

/** Rollouts of the workload in the cluster. */
export async function rollouts(
  kubernetes: KubernetesBackend | undefined,
  entry: ServiceEntry,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Noted<RolloutRow[]>> {
  const ref = entry.deployment.kubernetes;
  if (kubernetes === undefined) throw new AppError("not_configured", `${notConfigured("kubernetes")}.`);
  if (ref === undefined) {
    throw new AppError("not_configured", `service.yaml of ${entry.name} gives no deployment.kubernetes.`);
  }
  const workload = await kubernetes.workload(ref, signal);
  if (workload === null) {
    throw new AppError("not_found", `${ref.cluster}/${ref.namespace} has no workload "${ref.workload}".`);
  }
  const sets = await kubernetes.replicaSetsOf(ref, workload, signal);
  return {
    value: rolloutsOf(workload, sets, window),
    note:
      workload.kind === "Deployment"
        ? (omittedOf(boundReached("first", "ReplicaSets", sets.length, KUBERNETES_LIMITS.replicaSets)) ??
          null)
        : `A ${workload.kind} keeps no ReplicaSets: its own rollouts are not listed, only what the other sources tell.`,
  };
}

/** Commits in the service's folder and deployments of the repository; without the latter a note says so. */
export async function fromGithub(
  github: GithubBackend | undefined,
  entry: ServiceEntry,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Noted<{ commits: Deploy[]; deployments: Deploy[]; omitted: string | undefined }>> {
  if (github === undefined) throw new AppError("not_configured", `${notConfigured("github")}.`);
  const unread: Unread[] = [];
  const [{ deploys: commits, omitted: cut }, all] = await Promise.all([
    commitRows(github, entry, window, signal),
    partly(unread)<readonly GithubDeployment[]>("Deployments", [], () =>
      github.deployments(entry.repository, { window }, signal),
    ),
  ]);
  const deployments = deploymentRows(all, entry, new Set(commits.flatMap(({ commit }) => commit ?? [])));
  const note = unread.map(({ what, why }) => `${what} could not be read: ${why}`).join(" ");
  const omitted = omittedOf([
    ...cut,
    ...boundReached("newest", "deployments", all.length, GITHUB_LIMITS.deployments),
  ]);
  return { value: { commits, deployments, omitted }, note: note === "" ? null : note };
}

/** Syncs of the application, and how it stands now. */
export async function fromArgocd(
  argocd: ArgoCdBackend | undefined,
  name: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<Noted<{ syncs: Deploy[]; ranBefore: string | null }>> {
  if (argocd === undefined) throw new AppError("not_configured", `${notConfigured("argocd")}.`);
  const application = await argocd.application(name, signal);
  if (application === null) {
    throw new AppError(
      "not_found",
      `Argo CD has no application "${name}": check deployment.argocd_app in service.yaml.`,
    );
  }
  return {
    value: {
      syncs: syncRows(application, window, argocd.link(name)),
      ranBefore: commitBefore(application, window),
    },
    note: `${name} is ${application.sync} and ${application.health}.`,
  };
}

/** Sources that are down say more than those that were never connected. */
export function worst(failures: readonly AppError[]): AppError {
  const down = failures.filter(({ kind }) => kind !== "not_configured");
  const [first, ...rest] = down.length > 0 ? down : failures;
  if (first === undefined) throw new Error("no source failed");
  return new AppError(first.kind, [first, ...rest].map(({ message }) => message).join(" "), { cause: first });
}
