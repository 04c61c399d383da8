import { type ChangedFile, type Commit, GITHUB_LIMITS, type GithubBackend } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import { boundReached } from "../bounds.ts";
import type { Deploy } from "../outputs/index.ts";
import { changesInPatch } from "./patch.ts";

export interface CommitSource {
  readonly repository: string;
  /** Path of the service.yaml; its folder is what belongs to the service. */
  readonly path: string;
}

const MAX_DETAILED = 10;
const MAX_FILES = 20;
const MAX_CHANGES = 20;

/** Commits in the service's folder, newest first, the ten newest with their files and the settings they change. */
export async function commitRows(
  github: GithubBackend,
  { repository, path }: CommitSource,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<{ deploys: Deploy[]; omitted: readonly string[] }> {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? undefined : path.slice(0, slash);
  const commits = await github.commits(repository, { path: folder, window }, signal);
  const detailed = await Promise.all(
    commits.map(async (commit, i) => {
      const files = i < MAX_DETAILED ? await github.changedFiles(repository, commit.sha, signal) : [];
      const own = folder === undefined ? files : files.filter((file) => file.path.startsWith(`${folder}/`));
      return { deploy: toDeploy(commit, own), filesRead: files.length };
    }),
  );
  const omitted = [
    ...boundReached("newest", "commits", commits.length, GITHUB_LIMITS.commits),
    ...(commits.length > MAX_DETAILED
      ? [`Files and settings of the ${commits.length - MAX_DETAILED} oldest of ${commits.length} commits.`]
      : []),
    ...detailed.flatMap(({ deploy, filesRead }) =>
      boundReached("first", `files of commit ${deploy.commit?.slice(0, 7)}`, filesRead, GITHUB_LIMITS.files),
    ),
  ];
  return { deploys: detailed.map(({ deploy }) => deploy), omitted };
}

function toDeploy(commit: Commit, files: readonly ChangedFile[]): Deploy {
  return {
    at: commit.at,
    kind: "commit",
    title: commit.message.split("\n", 1)[0]?.slice(0, 200) ?? "",
    revision: null,
    commit: commit.sha,
    author: commit.author,
    image: null,
    state: "merged",
    changes: files
      .flatMap((file) => (file.patch === undefined ? [] : changesInPatch(file.path, file.patch)))
      .slice(0, MAX_CHANGES),
    files: files.slice(0, MAX_FILES).map((file) => file.path),
    minutes_before_onset: null,
    link: commit.url,
  };
}
