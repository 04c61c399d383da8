import type { Deploy } from "@oncall/tools";
import { expect, test } from "vitest";
import { acmeCatalog, after, deploy, deploys, evidenceOf, pods, seen } from "./acme.fixture.ts";
import { undo } from "./undo-change.ts";

const commit = "9f1c2ab04d77";
const byHand = { direction: "down", from: 6, to: 2, by: "unknown" } as const;
const scaling = (change: Partial<Deploy> = {}) =>
  deploy({ kind: "scaling", changes: [], commit: null, scaled: byHand, ...change });
const flag = { what: "flags.bundles", from: "off", to: "on" };

test.each<[string, Deploy, string]>([
  [
    "a rollout",
    deploy(),
    "Roll back order-service to revision 41: kubectl -n orders rollout undo deployment/order-service --to-revision=41",
  ],
  [
    "the first rollout that is known",
    deploy({ revision: "1" }),
    "Roll back order-service to the revision before: kubectl -n orders rollout undo deployment/order-service",
  ],
  [
    "fewer replicas",
    scaling(),
    "Scale order-service back to 6: kubectl -n orders scale deployment/order-service --replicas=6",
  ],
  [
    "fewer replicas by a commit, which would come again",
    scaling({ commit }),
    "Scale order-service back to 6 (for good, revert commit 9f1c2ab04d): kubectl -n orders scale deployment/order-service --replicas=6",
  ],
  [
    "fewer replicas by the autoscaler, which would do it again",
    scaling({ scaled: { ...byHand, by: "autoscaler" } }),
    "Raise the autoscaler's minimum of order-service to 6, as many replicas as there were before",
  ],
  [
    "from how many is not known",
    scaling({ scaled: { ...byHand, from: null } }),
    "Revert the suspect change of order-service",
  ],
  [
    "a flag",
    deploy({ kind: "commit", commit, changes: [flag] }),
    "Set flags.bundles of order-service back to off: revert commit 9f1c2ab04d of order-service",
  ],
  [
    "a flag among other settings",
    deploy({ kind: "commit", commit, changes: [flag, { what: "ttl", from: "1", to: "2" }] }),
    "Revert commit 9f1c2ab04d of order-service",
  ],
])("%s is undone", async (_, change, step) => {
  const owner = await acmeCatalog.get("order-service");
  const evidence = evidenceOf(deploys([change]), seen("get_pod_status", pods([])));
  const suspect = {
    ...{ service: "order-service", at: after(-4), summary: "", evidence: "ev_1" },
    ...(change.commit === null ? {} : { commit: change.commit }),
  };
  expect(undo(suspect, { evidence, owner, root: owner })).toBe(step);
});
