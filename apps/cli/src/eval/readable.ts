import { renderThread } from "@oncall/sandbox";

/** Slack's text as a person reads it: links and escapes undone. */
export function readable(mrkdwn: string): string {
  const [, ...lines] = renderThread([{ type: "message", ts: "0", text: mrkdwn }]).split("\n");
  // The reader's indentation under the author's name.
  return lines.map((line) => line.replace(/^ {2}/, "")).join("\n");
}
