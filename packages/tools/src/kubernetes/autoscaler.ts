import type { Autoscaler } from "@oncall/backends";
import type { Static } from "typebox";
import type { AutoscalerState } from "../read/outputs.ts";

/** Whether an autoscaler still can do what it is there for. https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ */
export function autoscalerState({ metadata, spec, status }: Autoscaler): Static<typeof AutoscalerState> {
  const condition = (type: string) => status?.conditions?.find((each) => each.type === type);
  const limited = condition("ScalingLimited");
  const max = spec?.maxReplicas ?? null;
  const desired = status?.desiredReplicas ?? null;
  const atLimit =
    (limited?.status === "True" && limited.reason === "TooManyReplicas") ||
    (max !== null && desired !== null && desired >= max && max > (spec?.minReplicas ?? 1));
  const blocked = [condition("AbleToScale"), condition("ScalingActive")].find(
    (each) => each?.status === "False",
  );
  return {
    name: metadata.name,
    min: spec?.minReplicas ?? 1,
    max,
    current: status?.currentReplicas ?? null,
    desired,
    at_limit: atLimit,
    // Scaled to zero on purpose, it is switched off and not broken.
    problem:
      blocked === undefined || blocked.reason === "ScalingDisabled"
        ? null
        : `${blocked.reason ?? blocked.type}${blocked.message ? `: ${blocked.message.slice(0, 300)}` : ""}`,
    last_scaled_at: status?.lastScaleTime ?? null,
  };
}
