import type { Analyzer } from "../analyzer.ts";
import { findWaiting } from "./waiting-container.ts";

/** Containers that refer to a ConfigMap, Secret or key that is not there, or whose command cannot be run. */
export const configError: Analyzer = {
  codes: ["k8s.config_error"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    findWaiting(evidence, context, {
      code: "k8s.config_error",
      reasons: /^waiting:(CreateContainerConfigError|CreateContainerError|RunContainerError)$/,
      graceMinutes: 1,
      says: "what its configuration refers to is not there",
    }),
};
