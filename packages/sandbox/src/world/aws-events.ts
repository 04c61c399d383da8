import type { Scenario } from "../data/scenario.ts";
import type { AwsEventData, Company } from "../data/types.ts";
import { HEX_ALPHABET, type Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

const MINUTE_MS = 60_000;

/** An event of AWS Health, in the API's own words; times are epoch seconds. */
export interface HealthEvent {
  readonly arn: string;
  readonly service: string;
  readonly eventTypeCode: string;
  readonly eventTypeCategory: string;
  readonly region: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly lastUpdatedTime: number;
  readonly statusCode: "open" | "closed" | "upcoming";
  readonly eventScopeCode: "PUBLIC" | "ACCOUNT_SPECIFIC";
  readonly description: string;
  readonly entities: readonly string[];
}

/** Events that have begun (or are announced) at the time of asking, newest first. */
export function createAwsEvents(
  company: Company,
  scenario: Scenario,
  timeline: Timeline,
  random: Random,
): () => HealthEvent[] {
  const all = [...company.aws_events, ...scenario.aws_events];
  return () => all.map(toEvent).sort((a, b) => b.startTime - a.startTime);

  function toEvent(data: AwsEventData): HealthEvent {
    const startMs = timeOf(data.started, data.started_ago_minutes) ?? timeline.onsetMs;
    const endMs = timeOf(data.ended, data.ended_ago_minutes);
    const now = timeline.now();
    const closed = endMs !== undefined && endMs <= now;
    const status = closed ? "closed" : startMs > now ? "upcoming" : "open";
    const suffix = random.text(32, HEX_ALPHABET, `${data.code} ${data.description}`);
    return {
      arn: `arn:aws:health:${data.region}::event/${data.service}/${data.code}/${data.code}_${suffix}`,
      service: data.service,
      eventTypeCode: data.code,
      eventTypeCategory: data.category,
      region: data.region,
      startTime: Math.round(startMs / 1000),
      ...(closed ? { endTime: Math.round(endMs / 1000) } : {}),
      lastUpdatedTime: Math.round((closed ? endMs : Math.min(now, startMs + 6 * MINUTE_MS)) / 1000),
      statusCode: status,
      eventScopeCode: data.entities ? "ACCOUNT_SPECIFIC" : "PUBLIC",
      description: data.description,
      entities: data.entities ?? [],
    };
  }

  function timeOf(afterOnset: number | undefined, ago: number | undefined): number | undefined {
    if (afterOnset !== undefined) return timeline.afterOnset(afterOnset);
    return ago === undefined ? undefined : timeline.startedMs - ago * MINUTE_MS;
  }
}
