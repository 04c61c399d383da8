import { readFileSync } from "node:fs";
import { checkObjects } from "@oncall/tools";
import { share, type Task } from "./task.ts";

interface PodsCase {
  readonly id: string;
  readonly pods: readonly object[];
  readonly events: readonly object[];
  readonly expect: {
    readonly healthy: boolean;
    readonly pod?: string;
    readonly status_reason?: string;
    readonly message_contains?: readonly string[];
  };
}

/** Captured pods and events: the sick pod must be named, with its reason and message; a healthy one must not be. */
export const k8sTroubleshoot: Task = {
  name: "k8s_troubleshoot",
  folders: ["k8s_troubleshoot"],
  run(data) {
    const judged = data.entries("k8s_troubleshoot").map((path) => {
      const entry = JSON.parse(readFileSync(path, "utf8")) as PodsCase;
      const objects = [
        { kind: "PodList", items: entry.pods },
        { kind: "EventList", items: entry.events },
      ];
      const failures = checkObjects(objects, { now: newest(objects) }).findings.filter(
        ({ severity }) => severity !== "info",
      );
      const [first] = failures;
      const { healthy, pod = "", status_reason = "", message_contains = [] } = entry.expect;
      const text =
        first === undefined ? "" : `${first.subject.name} ${first.summary} ${first.evidence.join(" ")}`;
      // The kubelet alternates between these two words for one and the same state.
      const reasons = /ImagePull/.test(status_reason)
        ? ["ErrImagePull", "ImagePullBackOff"]
        : [status_reason];
      const right = healthy
        ? first === undefined
        : first !== undefined &&
          text.includes(pod) &&
          reasons.some((reason) => text.includes(reason)) &&
          message_contains.every((part) => text.includes(part));
      return { id: entry.id, right, text };
    });
    const right = judged.filter((entry) => entry.right);
    return {
      figures: [share("reason and pod right", right.length, judged.length, 1)],
      notes: judged
        .filter((entry) => !entry.right)
        .map(({ id, text }) => `${id}: ${text || "nothing found"}`),
    };
  },
};

/** The newest time in the objects: when they were captured, as near as they tell. */
function newest(objects: unknown): Date {
  const times = [...JSON.stringify(objects).matchAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g)].map(([, at = ""]) =>
    Date.parse(at),
  );
  return new Date(Math.max(0, ...times.filter((at) => !Number.isNaN(at))) + 60_000);
}
