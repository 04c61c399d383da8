/** What senders put before a name to tell its state: `[Triggered on {host:a}]`, `[P2]`, `Triggered:`, `OK:`, emoji. */
export function withoutMarks(name: string): string {
  const bare = name
    .replace(
      /^(?:\s|\p{Extended_Pictographic}|\uFE0F|\[(?:firing|resolved|alerting|ok|re-?triggered|triggered|recovered|alert|warn|no data|p[1-5])\b[^\]]{0,200}\])+/iu,
      "",
    )
    .replace(
      /^(?:firing|resolved|alert|alarm|ok|warn|no data|re-?triggered|triggered|recovered|problem)\s*[:–-]\s+/i,
      "",
    )
    .trim();
  return bare === "" ? name.trim() : bare;
}
