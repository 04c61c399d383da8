import { clock, type FindingCode, minutesBetween } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import { type Deploy, isFlag, isReplicas } from "@oncall/tools";
import type { Analyzer } from "../analyzer.ts";
import { listed, quoted, span } from "../wording.ts";
import { followsLoad, type Touch, touchedBy } from "./touches.ts";

const OLD_MINUTES = 24 * 60;
/** A change that came this long after the first sign cannot have caused it; clocks may differ by that much. */
const AFTER_MINUTES = 3;
// A change is half as suspect for each of these that passes before the trouble begins.
const HALF_LIFE_MINUTES = 120;

/** Deploys, scaling and changes of configuration and feature flags before the onset, weighed by closeness, with what they touch. Documents are no change, nor is an autoscaler that follows the load. */
export const recentChange: Analyzer = {
  codes: ["change.config", "change.deploy", "change.flag", "change.scaling"],
  needs: ["get_recent_deploys"],
  analyze: (evidence, { onset, now }) =>
    evidence.of("get_recent_deploys").flatMap(({ data, subject, evidence: id }) =>
      data.deploys.flatMap((deploy): Finding[] => {
        if (followsLoad(deploy)) return [];
        const minutes = minutesBetween(deploy.at, onset ?? now);
        if (minutes > OLD_MINUTES || minutes < -AFTER_MINUTES || isOnlyDocuments(deploy)) return [];
        const touches = touchedBy(deploy);
        return [
          {
            code: codeOf(deploy, touches),
            subject,
            severity: "info",
            confidence: Number((0.5 ** (Math.max(0, minutes) / HALF_LIFE_MINUTES)).toFixed(3)),
            since: deploy.at,
            summary: describe(deploy, titleOf(deploy, data.deploys), onset, now),
            evidence: [id],
            facts: {
              kind: deploy.kind,
              title: quoted(titleOf(deploy, data.deploys), 120),
              touches: touches.join(","),
              minutes_before: Math.round(minutes),
              changes: changesInWords(deploy),
              ...(deploy.revision === null ? {} : { revision: deploy.revision }),
              ...(deploy.commit === null ? {} : { commit: deploy.commit }),
              ...(deploy.author === null ? {} : { author: quoted(deploy.author, 60) }),
              ...(deploy.link === null ? {} : { link: deploy.link }),
            },
          },
        ];
      }),
    ),
};

/** What it is first of all: new code, else what all its settings are. */
function codeOf({ kind, changes }: Deploy, touches: readonly Touch[]): FindingCode {
  if (touches.includes("image")) return "change.deploy";
  if (kind === "scaling") return "change.scaling";
  if (changes.length === 0) return "change.deploy";
  if (changes.every(({ what }) => isReplicas(what))) return "change.scaling";
  return changes.every(({ what }) => isFlag(what)) ? "change.flag" : "change.config";
}

function describe(deploy: Deploy, title: string, onset: string | null, now: string): string {
  const what = kindInWords(deploy);
  const when = onset === null ? "" : `, ${span(deploy.at, onset)} before the onset`;
  const changes = changesInWords(deploy);
  return `${what} "${quoted(title, 100)}"${deploy.author === null ? "" : ` by ${quoted(deploy.author, 60)}`} at ${clock(deploy.at, now)}${when}${changes === "" ? "" : `: ${changes}`}`;
}

function kindInWords({ kind, revision, state }: Deploy): string {
  const failed = state === "failed" ? "Failed " : "";
  const name = {
    rollout: `Revision ${revision ?? "(unknown)"}`,
    scaling: "Scaling",
    sync: "Argo CD sync",
    deployment: "Deployment",
    commit: "Commit",
  }[kind];
  return failed === "" ? name : `${failed}${kind === "sync" ? name : name.toLowerCase()}`;
}

/** What its author called it: a rollout bears the title of the commit it brought. */
function titleOf(deploy: Deploy, all: readonly Deploy[]): string {
  const commit = all.find(
    ({ kind, commit: sha }) => kind === "commit" && sha !== null && sha === deploy.commit,
  );
  return (commit ?? deploy).title;
}

/** `env.DB_POOL_MAX 40 → 5 and image a → b`; nothing where the title says it all. */
function changesInWords({ kind, commit, changes }: Deploy): string {
  if (kind === "scaling" && commit === null) return "";
  return listed(
    changes.map(({ what, from, to }) => `${quoted(what, 60)} ${valueInWords(from)} → ${valueInWords(to)}`),
    3,
  );
}

/** An image without its registry; anything else as it is. */
function valueInWords(value: string | null): string {
  if (value === null) return "unset";
  return quoted(
    /^[\w.-]+(:\d+)?\/[\w./-]+[:@]/.test(value) ? value.slice(value.lastIndexOf("/") + 1) : value,
    60,
  );
}

function isOnlyDocuments({ files, changes, kind }: Deploy): boolean {
  return (
    kind === "commit" &&
    changes.length === 0 &&
    files.length > 0 &&
    files.every((file) =>
      /(^|\/)docs?\/|\.(md|mdx|rst|txt|adoc|png|svg)$|(^|\/)(LICENSE|CODEOWNERS)$/i.test(file),
    )
  );
}
