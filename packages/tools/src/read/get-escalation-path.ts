import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { EscalationPath } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

export const getEscalationPath = defineReadTool({
  name: "get_escalation_path",
  description:
    "Who is responsible for a service: team, Slack channel, pager alias, and who is on call where that is known.",
  uses: ["catalog"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: EscalationPath,
  async run({ service }, { catalog }) {
    const entry = await catalog.get(service);
    return ok(
      {
        service: entry.name,
        team: entry.team,
        slack_channel: entry.slackChannel,
        pager_alias: entry.pagerAlias,
        on_call: null,
        on_call_note: `PagerDuty is not connected, so who is on call is not known: page ${entry.pagerAlias}.`,
      },
      { summary: `${entry.name}: team ${entry.team}, ${entry.slackChannel}, page ${entry.pagerAlias}` },
    );
  },
});
