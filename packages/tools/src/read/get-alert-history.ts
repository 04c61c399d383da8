import { addMinutes } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { AlertHistory } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

const DAYS = 30;
const MAX_LISTED = 20;
const MINUTES_A_DAY = 24 * 60;

export const getAlertHistory = defineReadTool({
  name: "get_alert_history",
  description: "Earlier incidents of a service or of one alert: when, how long, and what the cause was then.",
  uses: ["incidents", "catalog"],
  input: Type.Object(
    {
      service: ServiceName,
      fingerprint: Type.Optional(
        Type.String({ minLength: 1, maxLength: 80, description: "Of an incident: the same alert" }),
      ),
      days: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 90, description: `How far to look back; default ${DAYS}` }),
      ),
    },
    { additionalProperties: false },
  ),
  output: AlertHistory,
  async run({ service, fingerprint = null, days = DAYS }, { incidents, catalog }, { now, onset }) {
    const { name } = await catalog.get(service);
    const before = onset !== undefined && onset < now ? onset : now;
    const window = { from: addMinutes(before, -days * MINUTES_A_DAY), to: before.toISOString() };
    const { total, incidents: found } = await incidents.find({
      service: name,
      fingerprint,
      from: new Date(window.from),
      before,
      limit: MAX_LISTED,
    });
    const same = found.filter((incident) => incident.fingerprint === fingerprint).length;
    return ok(
      {
        service: name,
        window,
        total,
        incidents: found.map(({ id, title, severity, startedAt, resolvedAt, cause, ...incident }) => ({
          id,
          title,
          same_alert: incident.fingerprint === fingerprint,
          severity,
          started_at: startedAt,
          resolved_at: resolvedAt,
          cause,
        })),
      },
      {
        searched: `incidents of ${name} that began from ${window.from} to ${window.to}`,
        omitted:
          total > found.length ? `${total - found.length} older ones of ${total} incidents.` : undefined,
        summary: `${name}: ${total} earlier incidents in ${days} days${fingerprint === null ? "" : `, ${same} of them the same alert`}`,
      },
    );
  },
});
