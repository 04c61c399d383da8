/** A line as the program wrote it, and which of several programs did where what collected them says so. */
export interface WrittenLine {
  readonly text: string;
  /** Empty where one program wrote all there is. */
  readonly writer: string;
}

/** What collectors put before every line, and where in it the writer's name stands. */
const prefixes: readonly RegExp[] = [
  // CRI (`2026-11-20T03:04:05.123456789Z stderr F `), then kubectl's and Docker's --timestamps
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP] ?/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d) ?/,
  // kubectl logs --prefix, docker compose, stern
  /^\[(pod\/[\w.-]{1,253}\/[\w.-]{1,63})\] ?/,
  /^([\w.-]{1,100}) {0,40}\| ?/,
  /^([a-z0-9][a-z0-9.-]{0,240}-(?:[a-z0-9]{5}|\d{1,4}) [a-z0-9][a-z0-9-]{0,62}) /,
  // syslog by RFC 3164 and journalctl, and by RFC 5424
  /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,255} ([\w./-]{1,64}(?:\[\d{1,10}\])?): ?/,
  /^<\d{1,3}>1 \S{1,40} \S{1,255} (\S{1,64} \S{1,64}) \S{1,64} (?:-|\[[^\]]{0,400}\]) ?/,
];
/** What only the middle of a trace begins with: where it stands behind a prefix, the prefix is a collector's. */
const MIDDLE =
  /^(?:[ \t]+(?:at |from |File "|in |\d+: |#\d+ |\(\w+ [\d.]+\) |\/|\w[\w./()*]*:\d+)|\t|Caused by: |#\d+\s|goroutine \d+ \[|Traceback \(most)/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that colour a terminal begin with one.
const COLOURS = /\u001b\[[\d;?]{0,20}[A-Za-z]/g;
/** Lines looked at to tell what stands before all of them. */
const MAX_LOOKED_AT = 5_000;
/** Fewer lines that all begin alike may do so by chance. */
const LEAST_LINES = 4;

/**
 * Lines without what terminals and collectors add: colours, carriage returns, Docker's JSON, and the prefix of CRI,
 * kubectl, docker compose, stern or syslog. A prefix goes only where it stands before all lines or before the middle of
 * a trace, or is CRI's: else a time or a name is the program's own.
 */
export function writtenLines(lines: readonly string[]): WrittenLine[] {
  const bare = lines.map((line) => fromDocker(withoutColours(line)));
  const looked = bare.slice(0, MAX_LOOKED_AT);
  const [cri, ...others] = prefixes;
  const isBeforeAll = (prefix: RegExp): boolean =>
    looked.length >= LEAST_LINES && looked.every((line) => line === "" || prefix.test(line));
  const inForce = others.filter(
    (prefix) => isBeforeAll(prefix) || looked.some((line) => isBefore(prefix, line)),
  );
  return bare.map((line) => {
    let text = line;
    let writer = "";
    for (const prefix of cri === undefined ? inForce : [cri, ...inForce]) {
      const hit = prefix.exec(text);
      if (hit === null) continue;
      text = text.slice(hit[0].length);
      if (hit[1] !== undefined) writer = hit[1];
    }
    return { text, writer };
  });
}

function isBefore(prefix: RegExp, line: string): boolean {
  const hit = prefix.exec(line);
  return hit !== null && MIDDLE.test(line.slice(hit[0].length));
}

function withoutColours(line: string): string {
  const end = line.endsWith("\r") ? line.slice(0, -1) : line;
  return end.includes("\u001b") ? end.replace(COLOURS, "") : end;
}

/** `{"log":"…\n","stream":"stderr","time":"…"}`, as Docker keeps each line. */
function fromDocker(line: string): string {
  if (!line.startsWith('{"log":"')) return line;
  try {
    const { log } = JSON.parse(line) as { log?: unknown };
    return typeof log === "string" ? withoutColours(log.replace(/\r?\n$/, "")) : line;
  } catch {
    return line;
  }
}
