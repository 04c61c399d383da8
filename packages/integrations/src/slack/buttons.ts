import type { ButtonAction } from "@oncall/incidents";
import type { KnownBlock } from "@slack/types";

const labels: Readonly<Record<ButtonAction, string>> = {
  helpful: "Helpful",
  not_helpful: "Not helpful",
  show_evidence: "Show evidence",
  run_again: "Run again",
};

/** The buttons under an answer; each carries the investigation it is about. */
export function buttons(investigationId: string): KnownBlock {
  return {
    type: "actions",
    elements: Object.entries(labels).map(([action, label]) => ({
      type: "button",
      action_id: action,
      value: investigationId,
      text: { type: "plain_text", text: label },
    })),
  };
}
