import { type Body, firstText, object, objects, text } from "../webhooks/body.ts";
import type { AlertParts } from "../webhooks/sender.ts";
import { alarmEvent } from "./cloudwatch-alarm.ts";

const bad = /fail|error|abort|stopp?ed|timeout|timed.?out|threat|degraded|denied|expired|alarm/i;

/** An event of EventBridge (`detail-type`, `source: aws.…`); null for another body, empty for one that tells of no harm. */
export function event(body: Body): AlertParts[] | null {
  const type = text(body["detail-type"]);
  if (type === undefined) return null;
  if (type === "CloudWatch Alarm State Change") return alarmEvent(body);
  if (type === "AWS Health Event") return healthEvent(body);
  const detail = object(body.detail);
  if (type === "GuardDuty Finding") return [finding(body, detail)];
  return jobEvent(type, body, detail);
}

function healthEvent(body: Body): AlertParts[] {
  const detail = object(body.detail);
  const isOver = text(detail.statusCode) === "closed" || text(detail.endTime) !== undefined;
  const isIssue = text(detail.eventTypeCategory) === "issue";
  const entities = objects(detail.affectedEntities);
  return [
    {
      name: firstText(detail.eventTypeCode, body["detail-type"]) ?? "AWS Health Event",
      status: isOver ? "resolved" : "firing",
      severity: [isIssue ? "critical" : "info"],
      labels: [
        ...entities.map(({ tags }) => tags),
        { aws_service: detail.service, region: detail.eventRegion ?? body.region, aws_account: body.account },
      ],
      startedAt: detail.startTime ?? body.time,
      text: [
        ...objects(detail.eventDescription).map(({ latestDescription }) => latestDescription),
        ...entities.map(({ entityValue }) => entityValue),
      ],
      links: [],
    },
  ];
}

/** GuardDuty counts severity from 1 to 10: high from 7, medium from 4. */
function finding(body: Body, detail: Body): AlertParts {
  const severity = Number(detail.severity);
  return {
    name: firstText(detail.title, detail.type) ?? "GuardDuty Finding",
    status: "firing",
    severity: [severity >= 7 ? "critical" : severity >= 4 ? "warning" : "info"],
    labels: [{ finding_type: text(detail.type), aws_account: detail.accountId, region: body.region }],
    startedAt: object(detail.service).eventFirstSeen ?? body.time,
    text: [detail.description, detail.type],
    links: [],
  };
}

/** Any other service's change of state: an alert where its words tell of harm. */
function jobEvent(type: string, body: Body, detail: Body): AlertParts[] {
  const state = firstText(
    detail.state,
    detail.status,
    detail.scanStatus,
    detail.lastStatus,
    object(detail.scanResultDetails).scanResultStatus,
  );
  const words = [state, object(detail.scanResultDetails).scanResultStatus, detail.severity, type]
    .map(text)
    .join(" ");
  if (!bad.test(words)) return [];
  return [
    {
      name: type,
      status: "firing",
      severity: [detail.severity],
      labels: [
        { job_name: detail.jobName, aws_service: text(body.source)?.replace(/^aws\./, ""), state },
        { region: body.region, aws_account: body.account },
      ],
      startedAt: body.time,
      text: [detail.message, detail.stoppedReason, ...(Array.isArray(body.resources) ? body.resources : [])],
      links: [],
    },
  ];
}
