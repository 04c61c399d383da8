/** What a team's own endpoint answered about one resource or about its health. */
export interface GuardedAnswer {
  readonly status: number;
  /** Parsed JSON; a text answer stands here as a string. */
  readonly body: unknown;
  readonly url: string;
}

/** GET on URLs that service teams wrote, under the rules of SPEC §4.3 (allow list, no metadata addresses, same-host redirects, bounds). */
export interface ResourceApiBackend {
  /** `${id}` in the template is replaced by the percent-encoded id. 4xx answers are returned, 5xx throw unavailable. */
  get(urlTemplate: string, id: string | undefined, signal: AbortSignal): Promise<GuardedAnswer>;
}
