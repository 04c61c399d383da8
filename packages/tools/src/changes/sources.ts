import {
  type ArgoCdBackend,
  type Autoscaler,
  GITHUB_LIMITS,
  type GithubBackend,
  type GithubDeployment,
  KUBERNETES_LIMITS,
  type KubernetesBackend,
  type KubernetesEvent,
  type WorkloadRef,
} from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import { AppError, type TimeWindow, toAppError } from "@oncall/core";
import { boundReached, omittedOf } from "../bounds.ts";
import { notConfigured } from "../not-configured.ts";
import type { Deploy, RecentDeploys } from "../outputs/index.ts";
import { partly, type Unread } from "../partly.ts";
import { commitBefore, syncRows } from "./argocd-syncs.ts";
import { commitRows } from "./commits.ts";
import { deploymentRows } from "./github-deployments.ts";
import { type RolloutRow, rolloutsOf } from "./rollouts.ts";
import { nearestTo, scalingsOf } from "./scaling.ts";

const MAX_SCALINGS = 6;

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

/** Rollouts of the workload in the cluster, and changes of its number of replicas, those nearest to the onset. */
export async function fromKubernetes(
  kubernetes: KubernetesBackend | undefined,
  entry: ServiceEntry,
  { window, onset }: { readonly window: TimeWindow; readonly onset: Date | undefined },
  signal: AbortSignal,
): Promise<Noted<{ rollouts: RolloutRow[]; scalings: Deploy[]; omitted: string | undefined }>> {
  const ref = entry.deployment.kubernetes;
  if (kubernetes === undefined) throw new AppError("not_configured", `${notConfigured("kubernetes")}.`);
  if (ref === undefined) {
    throw new AppError("not_configured", `service.yaml of ${entry.name} gives no deployment.kubernetes.`);
  }
  const unread: Unread[] = [];
  const [{ workload, sets }, events, autoscalers] = await Promise.all([
    readWorkload(kubernetes, ref, signal),
    partly(unread)<readonly KubernetesEvent[]>("Events, which tell of scaling,", [], () =>
      kubernetes.events(ref, window, signal),
    ),
    partly(unread)<readonly Autoscaler[]>("Autoscalers", [], () => kubernetes.autoscalersIn(ref, signal)),
  ]);
  const scalings = scalingsOf({ workload, replicaSets: sets, events, autoscalers }, window);
  const near = nearestTo(scalings, onset?.toISOString() ?? window.to, MAX_SCALINGS);
  const kept =
    workload.kind === "Deployment"
      ? []
      : [
          `A ${workload.kind} keeps no ReplicaSets: its own rollouts are not listed, only what the other sources tell.`,
        ];
  return {
    value: {
      rollouts: rolloutsOf(workload, sets, window),
      scalings: near,
      omitted: omittedOf([
        ...boundReached("first", "ReplicaSets", sets.length, KUBERNETES_LIMITS.replicaSets),
        ...boundReached("newest", "events of the namespace", events.length, KUBERNETES_LIMITS.events),
        scalings.length > near.length
          ? `${scalings.length - near.length} of ${scalings.length} scalings, those furthest from the onset.`
          : undefined,
      ]),
    },
    note: noteOf([...kept, ...inWords(unread)]),
  };
}

async function readWorkload(kubernetes: KubernetesBackend, ref: WorkloadRef, signal: AbortSignal) {
  const workload = await kubernetes.workload(ref, signal);
  if (workload === null) {
    throw new AppError("not_found", `${ref.cluster}/${ref.namespace} has no workload "${ref.workload}".`);
  }
  return { workload, sets: await kubernetes.replicaSetsOf(ref, workload, signal) };
}

function inWords(unread: readonly Unread[]): string[] {
  return unread.map(({ what, why }) => `${what} could not be read: ${why}`);
}

function noteOf(sentences: readonly string[]): string | null {
  return sentences.length === 0 ? null : sentences.join(" ");
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
  const omitted = omittedOf([
    ...cut,
    ...boundReached("newest", "deployments", all.length, GITHUB_LIMITS.deployments),
  ]);
  return { value: { commits, deployments, omitted }, note: noteOf(inWords(unread)) };
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
