import type { AwsHealthBackend, AwsHealthEvent } from "@oncall/backends";
import type { Dependency } from "@oncall/catalog";
import { addMinutes } from "@oncall/core";

export interface AwsPlace {
  readonly dependency: string;
  /** Lower case, such as `rds`. */
  readonly awsService: string;
  readonly region: string;
}

const BEFORE_MINUTES = 180;

export function isOnAws({ type, awsHosted }: Dependency): boolean {
  return type === "aws" || awsHosted;
}

/** Where a dependency runs on AWS; null when service.yaml does not say it whole. */
export function awsPlace({ name, awsService, awsRegion }: Dependency): AwsPlace | null {
  if (awsService === undefined || awsRegion === undefined) return null;
  return { dependency: name, awsService: awsService.toLowerCase(), region: awsRegion };
}

/** Events that are open, or were until at most three hours before the onset, newest first. */
export async function awsEvents(
  awsHealth: AwsHealthBackend,
  places: readonly AwsPlace[],
  now: Date,
  onset: Date | undefined,
  signal: AbortSignal,
): Promise<readonly AwsHealthEvent[]> {
  const services = [...new Set(places.map((place) => place.awsService))].sort();
  const regions = [...new Set(places.map((place) => place.region))].sort();
  const since = new Date(addMinutes(onset !== undefined && onset < now ? onset : now, -BEFORE_MINUTES));
  const events = await awsHealth.events({ services, regions, since }, signal);
  // All services were asked about in all regions at once; only the pairs that are used count.
  return events
    .filter((event) => places.some((place) => touches(event, place)))
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

export function touches(event: AwsHealthEvent, { awsService, region }: AwsPlace): boolean {
  return event.service.toLowerCase() === awsService && (event.region === region || event.region === "global");
}
