import { AppError, checker, type TimeWindow } from "@oncall/core";
import { type Static, Type } from "typebox";
import { GITHUB_LIMITS } from "./limits.ts";
import type { GithubReader } from "./reader.ts";
import type { GithubDeployment } from "./types.ts";

const text = Type.Union([Type.String(), Type.Null()]);
const deploymentList = checker(
  Type.Array(
    Type.Object({
      id: Type.Integer(),
      sha: Type.String(),
      ref: Type.String(),
      environment: Type.String(),
      creator: Type.Optional(Type.Union([Type.Object({ login: Type.Optional(Type.String()) }), Type.Null()])),
      created_at: Type.String(),
    }),
  ),
);
const statusShape = Type.Object({
  state: Type.String(),
  log_url: Type.Optional(text),
  target_url: Type.Optional(text),
});
const statusList = checker(Type.Array(statusShape));
type Status = Static<typeof statusShape>;

const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const states = ["success", "failure", "error", "pending", "in_progress", "queued", "inactive"] as const;

/**
 * https://docs.github.com/en/rest/deployments/deployments. The list comes newest first and knows no time filter,
 * so pages are read until one reaches back before the window; a deployment's state is a question of its own.
 */
export async function readDeployments(
  reader: GithubReader,
  pageUrl: string,
  { environment, window }: { environment?: string | undefined; window: TimeWindow },
): Promise<GithubDeployment[]> {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const found: Omit<GithubDeployment, "state" | "url">[] = [];
  for (let page = 1; page <= MAX_PAGES && found.length < GITHUB_LIMITS.deployments; page++) {
    const query = { environment, per_page: String(PAGE_SIZE), page: String(page) };
    const listed = await reader.read("deployments", query, deploymentList);
    for (const { creator, created_at, ...deployment } of listed) {
      const at = Date.parse(created_at);
      if (at < from || at >= to) continue;
      const { id, sha, ref, environment: name } = deployment;
      found.push({
        id,
        sha,
        ref,
        environment: name,
        creator: creator?.login ?? "unknown",
        createdAt: created_at,
      });
    }
    const oldest = listed.at(-1);
    if (oldest === undefined || listed.length < PAGE_SIZE || Date.parse(oldest.created_at) < from) break;
  }
  return Promise.all(
    found.slice(0, GITHUB_LIMITS.deployments).map(async (deployment) => {
      const newest = await newestStatus(reader, deployment.id);
      return {
        ...deployment,
        state: stateOf(newest),
        url: pageOf(newest?.log_url) ?? pageOf(newest?.target_url) ?? pageUrl,
      };
    }),
  );
}

/** Undefined before the first one; null where GitHub tells none, as for a deployment deleted meanwhile. */
async function newestStatus(reader: GithubReader, id: number): Promise<Status | null | undefined> {
  try {
    const [newest] = await reader.read(`deployments/${id}/statuses`, { per_page: "1" }, statusList);
    return newest;
  } catch (error) {
    if (error instanceof AppError && error.kind === "not_found") return null;
    throw error;
  }
}

function stateOf(newest: Status | null | undefined): GithubDeployment["state"] {
  if (newest === undefined) return "pending";
  return states.find((state) => state === newest?.state) ?? "unknown";
}

/** The deploying job's own page, where it names one that a browser may open. */
function pageOf(url: string | null | undefined): string | undefined {
  return url != null && /^https?:\/\//i.test(url) ? url : undefined;
}
