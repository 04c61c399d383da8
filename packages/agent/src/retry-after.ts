/**
 * How long the other side asked us to wait, in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3); undefined
 * when it did not ask, or not in a way that can be read.
 */
export function retryAfterMs(
  headers: Pick<Headers, "get"> | undefined,
  nowMs = Date.now(),
): number | undefined {
  const said = headers?.get("retry-after")?.trim();
  if (!said) return undefined;
  const seconds = Number(said);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(said) - nowMs;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
