import type { ServiceEntry } from "@oncall/catalog";
import type { SuspectChange } from "@oncall/incidents";
import { type Deploy, isFlag } from "@oncall/tools";
import type { StepContext } from "./next-steps.ts";
import { quoted } from "./wording.ts";

/** How a suspect change is taken back: by kubectl where it can be, else by its commit. */
export function undo(change: SuspectChange, context: StepContext): string {
  const { evidence, owner, root } = context;
  const entry = [owner, root].find(({ name }) => name === change.service);
  const suspect = evidence
    .of("get_recent_deploys")
    .filter(({ subject }) => subject === change.service)
    .flatMap(({ data }) => data.deploys)
    .find(({ at }) => at === change.at);
  const place = entry?.deployment.kubernetes;
  if (suspect?.kind === "rollout" && place !== undefined) return rollBack(suspect, place, change, context);
  const revert = `evert ${change.commit === undefined ? "the suspect change" : `commit ${change.commit.slice(0, 10)}`} of ${change.service}`;
  const flags = suspect?.changes.filter(({ what, from }) => from !== null && isFlag(what)) ?? [];
  const [flag] = flags;
  if (flag !== undefined && flags.length === suspect?.changes.length) {
    return `Set ${quoted(flag.what, 60)} of ${change.service} back to ${quoted(flag.from ?? "", 60)}: r${revert}`;
  }
  const scaled = suspect?.scaled;
  if (scaled !== undefined && scaled.from !== null && place !== undefined) {
    return scaleBack({ ...scaled, from: scaled.from }, place, change, context);
  }
  return `R${revert}`;
}

type Place = NonNullable<ServiceEntry["deployment"]["kubernetes"]>;

function rollBack(suspect: Deploy, place: Place, { service }: SuspectChange, context: StepContext): string {
  // Whatever ran before had the highest number until then, also after an earlier rollback.
  const before = Number(suspect.revision ?? 0) - 1;
  const to = before < 1 ? "the revision before" : `revision ${before}`;
  const flag = before < 1 ? "" : ` --to-revision=${before}`;
  return `Roll back ${service} to ${to}: kubectl -n ${place.namespace} rollout undo ${workloadOf(service, place, context)}${flag}`;
}

function scaleBack(
  { from, by }: { readonly from: number; readonly by: string },
  place: Place,
  { service, commit }: SuspectChange,
  context: StepContext,
): string {
  if (by === "autoscaler") {
    return `Raise the autoscaler's minimum of ${service} to ${from}, as many replicas as there were before`;
  }
  const lasting = commit === undefined ? "" : ` (for good, revert commit ${commit.slice(0, 10)})`;
  return `Scale ${service} back to ${from}${lasting}: kubectl -n ${place.namespace} scale ${workloadOf(service, place, context)} --replicas=${from}`;
}

function workloadOf(service: string, place: Place, { evidence }: StepContext): string {
  const pods = evidence.of("get_pod_status").find(({ subject }) => subject === service)?.data.workload;
  return `${(pods?.kind ?? "Deployment").toLowerCase()}/${pods?.name ?? place.workload}`;
}
