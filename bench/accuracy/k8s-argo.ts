import { checkObjects } from "@oncall/tools";
import { share, type Task } from "./task.ts";

interface HealthCase {
  readonly id: string;
  readonly object: unknown;
  readonly expect: { readonly health: "Healthy" | "Degraded" | "Progressing" | "Suspended" };
}

/** Long after the newest of these objects: nothing in them is young. */
const now = new Date("2026-01-15T10:00:00Z");

/** Argo CD's own health tests, one object each. A finding above `info` claims a failure. */
export const k8sArgo: Task = {
  name: "k8s_health_argo",
  folders: ["k8s_health_argo"],
  run(data) {
    const judged = data.cases<HealthCase>("k8s_health_argo", "cases.json").map((entry) => {
      const { findings } = checkObjects([entry.object], { now });
      return { ...entry, worst: findings.find(({ severity }) => severity !== "info")?.severity ?? "none" };
    });
    const of = (...healths: string[]) => judged.filter(({ expect }) => healths.includes(expect.health));
    const degraded = of("Degraded");
    const silent = of("Healthy", "Suspended");
    const progressing = of("Progressing");
    const found = degraded.filter(({ worst }) => worst !== "none");
    const quiet = silent.filter(({ worst }) => worst === "none");
    const calm = progressing.filter(({ worst }) => worst !== "critical");
    return {
      figures: [
        share("Degraded found", found.length, degraded.length, 1),
        share("Healthy and Suspended silent", quiet.length, silent.length, 1),
        share("Progressing at most a warning", calm.length, progressing.length, 1),
      ],
      notes: [...degraded, ...silent, ...progressing]
        .filter((entry) => ![...found, ...quiet, ...calm].includes(entry))
        .map(({ id, worst, expect }) => `${id}: ${expect.health}, we said ${worst}`),
    };
  },
};
