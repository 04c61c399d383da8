/** Says that there is nothing: counts of zero, what was mended, what merely will change one day. */
const WELL = [
  /(?:\b(?:no|zero)|(?:^|[,;:([] ?|\b(?:with|and|had|found|of|got|after|are|were|INFO|DEBUG|NOTICE) )0) (?:\w{1,20} ){0,2}(?:errors|failures|failed|timeouts|deadlocks?|warnings|panics|retries|restarts|problems)\b/i,
  /\b(?:errors?|failures|failed|timeouts|deadlocks|throttled)["']?\s?[:=]\s?0\b(?![.\d]| in \S)/i,
  /\bsucce(?:eded|ssfully|ss on)\b|\breconnected\b|\bre-?established\b|\bconnection restored\b|\bback to normal\b/i,
  /\brecovered (?:after|from (?!panic|.{0,20}panic))|\bhealthy again\b|\bhas recovered\b/i,
  /\bdeprecat(?:ed|ion)\b/i,
  /\bfrom OPEN to (?:HALF_OPEN|CLOSED)\b|half[-_ ]?open (?:to|->) closed|\bcircuit\b.{0,40}\bclosed\b/i,
  /(?:health[- ]?check|probe)\w*.{0,40}\b(?:passed|ok|healthy)\b/i,
  /connection pool is full, discarding connection/i,
];

/** Names a setting rather than an event, unless a word of failure stands beside it. */
const SETTING =
  /\b(?:pool|client|breaker|limiter|limits?|timeouts?|retr(?:y|ies)|handler|listener|monitor|detection|checker|watchdog|killer|policy)\b.{0,60}\b(?:initiali[sz]ed|configured|created|started|enabled|disabled|registered|loaded|ready|(?:is |are )?set to|defaults? to)\b/i;
const FAILURE =
  /fail|error|exception|refus|exceed|exhaust|fatal|denied|unable|cannot|could not|timed out|expired/i;

/** Whether a line that holds words of failure nevertheless reports that all is well. */
export function isBenign(line: string): boolean {
  return WELL.some((pattern) => pattern.test(line)) || (SETTING.test(line) && !FAILURE.test(line));
}
