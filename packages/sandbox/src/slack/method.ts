/** The arguments of a call, whichever way they came: a form's JSON fields are parsed. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Answers a call: what follows `ok: true`; throws SlackError. */
export type Method = (args: Arguments) => object;

/** `{ok: false, error}`; the HTTP status stays 200. */
export class SlackError extends Error {
  readonly details: object;

  constructor(error: string, details: object = {}) {
    super(error);
    this.details = details;
  }
}
