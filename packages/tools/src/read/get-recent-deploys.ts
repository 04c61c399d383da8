import { addMinutes, minutesBetween, resolveWindow } from "@oncall/core";
import { Type } from "typebox";
import { omittedOf } from "../bounds.ts";
import { stepsOf, withComparisons } from "../changes/compare.ts";
import { mergeChanges } from "../changes/merge.ts";
import { attempt, fromArgocd, fromGithub, fromKubernetes, worst } from "../changes/sources.ts";
import { defineReadTool, ok } from "../define-tool.ts";
import { type Deploy, RecentDeploys } from "../outputs/index.ts";
import { ServiceName, WindowInputs } from "./inputs.ts";

const DAY_MINUTES = 24 * 60;
const MAX_DEPLOYS = 20;

export const getRecentDeploys = defineReadTool({
  name: "get_recent_deploys",
  description:
    "What changed for a service, newest first: rollouts, scaling, Argo CD syncs, GitHub deployments and commits in one list with image and configuration differences, author, and minutes before the onset. Default: from a day before the onset.",
  uses: ["catalog"],
  mayUse: ["kubernetes", "github", "argocd"],
  input: Type.Object({ service: ServiceName, ...WindowInputs }, { additionalProperties: false }),
  output: RecentDeploys,
  async run({ service, from, to }, { catalog, kubernetes, github, argocd }, { now, onset, signal }) {
    const window = resolveWindow(
      { from: from ?? (to === undefined ? dayBefore(now, onset) : undefined), to },
      now,
      DAY_MINUTES,
    );
    const entry = await catalog.get(service);
    const { argocdApp } = entry.deployment;
    const [cluster, repository, syncs] = await Promise.all([
      attempt("Kubernetes", () => fromKubernetes(kubernetes, entry, { window, onset }, signal)),
      attempt("GitHub", () => fromGithub(github, entry, window, signal)),
      argocdApp === undefined
        ? null
        : attempt("Argo CD", () => fromArgocd(argocd, argocdApp, window, signal)),
    ]);
    const asked = [cluster, repository, syncs].filter((each) => each !== null);
    // Only when nothing could be asked is there no answer; one source alone is one, and says so.
    if (asked.every(({ failure }) => failure !== null))
      throw worst(asked.flatMap(({ failure }) => failure ?? []));
    const merged = mergeChanges({
      rollouts: cluster.found?.value.rollouts ?? [],
      scalings: cluster.found?.value.scalings ?? [],
      syncs: syncs?.found?.value.syncs ?? [],
      deployments: repository.found?.value.deployments ?? [],
      commits: repository.found?.value.commits ?? [],
    });
    const compared =
      github === undefined || repository.found === null
        ? merged
        : await withComparisons(
            github,
            entry.repository,
            stepsOf(merged, cluster.found?.value.rollouts ?? [], syncs?.found?.value.ranBefore ?? null),
            signal,
          );
    const all = compared.map((deploy) => ({ ...deploy, minutes_before_onset: minutesBefore(deploy, onset) }));
    const cut =
      all.length > MAX_DEPLOYS ? `${all.length - MAX_DEPLOYS} older of ${all.length} changes.` : undefined;
    return ok(
      {
        service: entry.name,
        window,
        deploys: all.slice(0, MAX_DEPLOYS),
        sources: asked.map(({ source }) => source),
      },
      {
        searched: `${window.from} to ${window.to}`,
        omitted: omittedOf([cut, cluster.found?.value.omitted, repository.found?.value.omitted]),
        // An application that could be read has a page of its own.
        link: all[0]?.link ?? (argocdApp && syncs?.found ? argocd?.link(argocdApp) : undefined),
        summary: summaryOf(entry.name, all),
      },
    );
  },
});

function dayBefore(now: Date, onset: Date | undefined): string {
  return addMinutes(onset !== undefined && onset < now ? onset : now, -DAY_MINUTES);
}

function minutesBefore(deploy: Deploy, onset: Date | undefined): number | null {
  return onset === undefined ? null : Math.round(minutesBetween(deploy.at, onset) * 10) / 10;
}

function summaryOf(service: string, all: readonly Deploy[]): string {
  const [newest] = all;
  if (newest === undefined) return `${service}: no deployment and no commit in the window`;
  const before = newest.minutes_before_onset;
  const when =
    before === null
      ? newest.at
      : before >= 0
        ? `${before} min before the onset`
        : `${-before} min after the onset`;
  return `${service}: ${all.length} ${all.length === 1 ? "change" : "changes"}; newest: ${newest.kind} "${newest.title}"${newest.author === null ? "" : ` by ${newest.author}`}, ${when}`;
}
