import type { Analyzer } from "../analyzer.ts";
import { findWaiting } from "./waiting-container.ts";

/** Images that cannot be pulled. A registry hiccup of seconds at a pod's start is normal. */
export const imagePull: Analyzer = {
  codes: ["k8s.image_pull"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    findWaiting(evidence, context, {
      code: "k8s.image_pull",
      reasons:
        /^waiting:(ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|ImageInspectError)$/,
      graceMinutes: 2,
      says: "its image cannot be pulled",
    }),
};
