/** An AWS Health event as DescribeEvents answers it. */
export interface AwsHealthEvent {
  readonly arn: string;
  /** Upper case, such as `RDS`. */
  readonly service: string;
  readonly region: string;
  readonly availabilityZone?: string;
  readonly code: string;
  readonly category: "issue" | "accountNotification" | "scheduledChange" | "investigation";
  readonly status: "open" | "closed" | "upcoming";
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly updatedAt?: string;
  /** Latest description from DescribeEventDetails, where it was granted. */
  readonly description?: string;
}

export interface AwsHealthBackend {
  /** Events open now, or that ended after `since`, for these services (lower case, `rds`) in these regions. */
  events(
    query: { services: readonly string[]; regions: readonly string[]; since: Date },
    signal: AbortSignal,
  ): Promise<readonly AwsHealthEvent[]>;
}
