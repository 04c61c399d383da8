/** `2 m 30 s`, `3 d 4 h`: the two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, size] of units.slice(first, first + 2)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole} ${unit}`);
  }
  return parts.join(" ");
}

/** One line of an object's or a log's own words, at most `max` characters. */
export function quote(words: string, max = 300): string {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** What an object says, behind a sentence about it: `: no such host`; a full stop where it says nothing. */
export function saying(words: string, max = 300): string {
  return words.trim() === "" ? "." : `: ${quote(words, max)}`;
}

/** ` (QuotaExceeded): no room left`, without what the object leaves out. */
export function because(reason: string, message: string, max = 300): string {
  return `${reason === "" ? "" : ` (${reason})`}${saying(message, max)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a, b and 3 more`. */
export function some(names: readonly string[], max = 3): string {
  const rest = names.length - max;
  return rest > 0 ? `${names.slice(0, max).join(", ")} and ${rest} more` : names.join(", ");
}

/** A map as `a=b, c=d`. */
export function pairs(map: ReadonlyMap<string, string>): string {
  return [...map].map(([key, value]) => `${key}=${value}`).join(", ");
}

export function forHow(long: number | undefined): string {
  return long === undefined ? "" : ` for ${duration(long)}`;
}
