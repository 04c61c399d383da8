const TIMES: Readonly<Record<string, RegExp>> = {
  Event: /"(?:last\w+|eventTime)":"([^"]+)"/g,
  Node: /"last\w+":"([^"]+)"/g,
  Pod: /"(?:lastTransitionTime|startedAt|finishedAt)":"([^"]+)"/g,
};

/**
 * The newest time that nodes, events and pods report, in milliseconds since the epoch; these never rest for long, so it
 * tells when objects were read that were kept since. Undefined without such objects.
 */
export function lastReport(objects: readonly unknown[]): number | undefined {
  let newest: number | undefined;
  const look = (value: unknown): void => {
    const entry = (value ?? {}) as { kind?: unknown; items?: unknown };
    if (Array.isArray(entry.items)) entry.items.forEach(look);
    const times = TIMES[String(entry.kind)];
    if (times === undefined) return;
    for (const [, time = ""] of JSON.stringify(value).matchAll(times)) {
      const at = Date.parse(time);
      if (!Number.isNaN(at) && (newest === undefined || at > newest)) newest = at;
    }
  };
  objects.forEach(look);
  return newest;
}
