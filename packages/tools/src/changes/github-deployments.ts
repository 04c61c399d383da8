import type { GithubDeployment } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import type { Deploy } from "../outputs/index.ts";

const states: Readonly<Record<GithubDeployment["state"], Deploy["state"]>> = {
  success: "complete",
  inactive: "complete",
  unknown: "complete",
  failure: "failed",
  error: "failed",
  pending: "in_progress",
  queued: "in_progress",
  in_progress: "in_progress",
};

/**
 * Those of a repository's deployments that are this service's. A repository of many services says whose one is only
 * by its commit (one of `ownCommits`) or by an environment that names the service.
 */
export function deploymentRows(
  all: readonly GithubDeployment[],
  entry: ServiceEntry,
  ownCommits: ReadonlySet<string>,
): Deploy[] {
  const isShared = entry.path.includes("/");
  const own = all.filter(
    ({ sha, environment }) => !isShared || ownCommits.has(sha) || environment.includes(entry.name),
  );
  const { environment } = entry.deployment;
  const ofEnvironment = own.filter((deployment) => deployment.environment === environment);
  return (ofEnvironment.length > 0 ? ofEnvironment : own).map(toDeploy);
}

function toDeploy({ sha, ref, environment, creator, createdAt, state, url }: GithubDeployment): Deploy {
  return {
    at: createdAt,
    kind: "deployment",
    title: `GitHub deployment of ${ref} to ${environment} by ${creator} (${state})`,
    revision: null,
    commit: sha,
    author: creator,
    image: null,
    state: states[state],
    changes: [],
    files: [],
    minutes_before_onset: null,
    link: url,
  };
}
