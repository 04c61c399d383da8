import type { Autoscaler, KubernetesEvent } from "@oncall/backends";

/** One decision of a HorizontalPodAutoscaler. */
export interface Rescale {
  readonly at: string;
  /** How many there were, as far as its decision before tells. */
  readonly from: number | null;
  readonly to: number;
  readonly direction: "up" | "down" | null;
  /** In the autoscaler's words. */
  readonly reason: string;
}

const MAX_REASON = 160;

/** What these autoscalers decided, oldest first, by their `SuccessfulRescale` events: `New size: 5; reason: …`. */
export function rescalesOf(
  events: readonly KubernetesEvent[],
  autoscalers: readonly Autoscaler[],
): Rescale[] {
  const names = new Set(autoscalers.map(({ metadata }) => metadata.name));
  const found = events.flatMap(({ involvedObject, reason, message = "", firstTimestamp, lastTimestamp }) => {
    const [, size, why = ""] = /^New size: (\d+); reason: (.*)$/s.exec(message) ?? [];
    const isOurs = involvedObject.kind === "HorizontalPodAutoscaler" && names.has(involvedObject.name ?? "");
    if (size === undefined || reason !== "SuccessfulRescale" || !isOurs) return [];
    // A decision that comes back is one event with two times.
    return [...new Set([firstTimestamp, lastTimestamp])].flatMap((at) =>
      at === undefined ? [] : [{ at, to: Number(size), reason: why.slice(0, MAX_REASON) }],
    );
  });
  return found
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((rescale, i): Rescale => {
      const from = found[i - 1]?.to ?? null;
      return { ...rescale, from, direction: directionOf(from, rescale) };
    });
}

function directionOf(
  from: number | null,
  { to, reason }: { to: number; reason: string },
): Rescale["direction"] {
  if (/above target|below Spec\.MinReplicas/i.test(reason)) return "up";
  if (/below target|above Spec\.MaxReplicas/i.test(reason)) return "down";
  if (from === null || from === to) return null;
  return to > from ? "up" : "down";
}
