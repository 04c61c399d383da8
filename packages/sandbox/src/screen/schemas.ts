const id = { type: "string", minLength: 1, maxLength: 80 } as const;

function body<const T extends Record<string, object>>(required: readonly string[], properties: T) {
  return { type: "object", additionalProperties: false, required, properties };
}

/** The bodies of what a person can do, as JSON Schema. `user` is a Slack id; the first person when left out. */
export const bodies = {
  message: (maxText: number) =>
    body(["channel", "text"], {
      channel: id,
      user: id,
      thread_ts: id,
      text: { type: "string", minLength: 1, maxLength: maxText },
    }),
  command: (maxText: number) =>
    body(["command", "text", "channel"], {
      command: { type: "string", pattern: "^/[^\\s]{1,60}$" },
      text: { type: "string", maxLength: maxText },
      channel: id,
      user: id,
    }),
  /** The button by its place in the message: the block, and the element in it. */
  action: body(["channel", "ts", "block", "element"], {
    channel: id,
    user: id,
    ts: id,
    block: { type: "integer", minimum: 0, maximum: 50 },
    element: { type: "integer", minimum: 0, maximum: 25 },
  }),
  alert: body([], { scenario: id }),
};
