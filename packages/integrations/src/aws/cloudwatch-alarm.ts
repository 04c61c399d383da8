import { type Body, firstText, object, objects, text } from "../webhooks/body.ts";
import type { AlertParts } from "../webhooks/sender.ts";

/** A CloudWatch alarm's change of state as it is sent to SNS; null for another message. */
export function alarm(body: Body): AlertParts[] | null {
  const name = text(body.AlarmName);
  if (name === undefined) return null;
  const trigger = object(body.Trigger);
  const dimensions = [
    ...objects(trigger.Dimensions),
    ...objects(trigger.Metrics).flatMap(({ MetricStat }) =>
      objects(object(object(MetricStat).Metric).Dimensions),
    ),
  ];
  return stateChange(name, text(body.NewStateValue), {
    startedAt: body.StateChangeTime,
    labels: [
      dimensions,
      {
        aws_account: body.AWSAccountId,
        region: body.Region,
        metric: trigger.MetricName,
        metric_namespace: trigger.Namespace,
      },
    ],
    text: [body.AlarmDescription, body.NewStateReason],
    links: [],
  });
}

/** The same by EventBridge: a "CloudWatch Alarm State Change". */
export function alarmEvent(body: Body): AlertParts[] {
  const detail = object(body.detail);
  const configuration = object(detail.configuration);
  const metrics = objects(configuration.metrics).map(({ metricStat }) => object(object(metricStat).metric));
  return stateChange(text(detail.alarmName) ?? "alarm", text(object(detail.state).value), {
    startedAt: object(detail.state).timestamp ?? body.time,
    labels: [
      ...metrics.map(({ dimensions }) => dimensions),
      { aws_account: body.account, region: body.region, metric: firstText(metrics[0]?.name) },
    ],
    text: [configuration.description, object(detail.state).reason],
    links: [],
  });
}

/** Too little data is what every new alarm begins with; it tells of nothing. */
function stateChange(
  name: string,
  state: string | undefined,
  parts: Pick<AlertParts, "labels" | "startedAt" | "text" | "links">,
): AlertParts[] {
  if (state !== "ALARM" && state !== "OK") return [];
  return [
    {
      name,
      status: state === "OK" ? "resolved" : "firing",
      severity: ["ALARM"],
      source: "cloudwatch",
      ...parts,
    },
  ];
}
