import { type Checker, checker } from "@oncall/core";
import { type Static, Type } from "typebox";
import { baseUrl, bearerAuth, fit, type Http, type HttpRequest, parseJson, readText } from "../http/index.ts";
import { slackError } from "./failures.ts";
import type { SlackBackend, SlackPost } from "./types.ts";

export interface SlackOptions {
  readonly token: string;
  /** `https://slack.com/api/`. */
  readonly apiUrl: string;
  readonly http: Http;
}

const EVENT_TYPE = "oncall_post";
const PAGE_SIZE = "200";
const MAX_PAGES = 10;

const verdict = checker(
  Type.Object({
    ok: Type.Boolean(),
    error: Type.Optional(Type.String()),
    response_metadata: Type.Optional(
      Type.Union([Type.Object({ messages: Type.Optional(Type.Array(Type.String())) }), Type.Null()]),
    ),
  }),
);
const posted = checker(Type.Object({ ts: Type.String() }));
const nothing = checker(Type.Object({}));
const identity = checker(
  Type.Object({
    user_id: Type.String(),
    bot_id: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
  }),
);
const messagesShape = Type.Object({
  messages: Type.Array(
    Type.Object({
      ts: Type.Optional(Type.String()),
      metadata: Type.Optional(
        Type.Object({
          event_type: Type.Optional(Type.String()),
          event_payload: Type.Optional(Type.Object({ post_id: Type.Optional(Type.Unknown()) })),
        }),
      ),
    }),
  ),
  response_metadata: Type.Optional(
    Type.Union([Type.Object({ next_cursor: Type.Optional(Type.String()) }), Type.Null()]),
  ),
});
const messagePage = checker(messagesShape);

/**
 * Slack's Web API: https://docs.slack.dev/apis/web-api/. A post whose answer got lost throws unavailable and is
 * not sent again here, for Slack may have accepted it: ask `findPost` first. A 429 is waited for.
 */
export function createSlack(options: SlackOptions): SlackBackend {
  const base = baseUrl("Slack", options.apiUrl);

  async function call<T>(
    method: string,
    channel: string | undefined,
    request: Pick<HttpRequest, "body" | "headers" | "idempotent" | "signal">,
    shape: Checker<T>,
  ): Promise<T> {
    const asked: HttpRequest = {
      ...request,
      system: "Slack",
      credential: "SLACK_BOT_TOKEN",
      url: base.at(method),
      method: "POST",
      headers: { ...bearerAuth(options.token), ...request.headers },
    };
    const response = await options.http.request(asked);
    const body = parseJson(asked, readText(asked, response));
    const { ok, error, response_metadata } = fit(asked, body, verdict);
    if (ok) return fit(asked, body, shape);
    throw slackError(asked, response, {
      method,
      error: error ?? "unknown_error",
      channel,
      details: response_metadata?.messages ?? [],
    });
  }

  /** Methods that write take JSON. */
  function write<T>(
    method: string,
    { channel, ...rest }: { channel: string; [argument: string]: unknown },
    idempotent: boolean,
    shape: Checker<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const headers = { "content-type": "application/json; charset=utf-8" };
    const body = JSON.stringify({ channel, ...rest });
    return call(method, channel, { body, headers, idempotent, signal }, shape);
  }

  /** Methods that read take forms only. */
  function read<T>(
    method: string,
    form: Record<string, string | undefined>,
    shape: Checker<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
    return call(method, form.channel, { body: body.toString(), headers, idempotent: true, signal }, shape);
  }

  return {
    async post(post, signal) {
      const { ts } = await write("chat.postMessage", messageOf(post), false, posted, signal);
      return { ts };
    },

    async whisper({ channel, user, threadTs, text, blocks }, signal) {
      // Twice is a small harm, for it is gone at the next reload.
      const note = {
        channel,
        user,
        text,
        ...(threadTs && { thread_ts: threadTs }),
        ...(blocks && { blocks }),
      };
      await write("chat.postEphemeral", note, true, nothing, signal);
    },

    async update({ channel, ts, text, blocks }, signal) {
      // The same content twice is the same message.
      await write("chat.update", { channel, ts, text, ...(blocks && { blocks }) }, true, nothing, signal);
    },

    async findPost({ channel, threadTs, oldest }, postId, signal) {
      const method = threadTs === undefined ? "conversations.history" : "conversations.replies";
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const form = {
          channel,
          ts: threadTs,
          oldest,
          limit: PAGE_SIZE,
          include_all_metadata: "true",
          cursor,
        };
        const answer: Static<typeof messagesShape> = await read(method, form, messagePage, signal);
        const found = answer.messages.find(
          ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload?.post_id === postId,
        );
        if (found?.ts !== undefined) return found.ts;
        cursor = answer.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) break;
      }
      return null;
    },

    async whoAmI(signal) {
      const { user_id, bot_id, url } = await read("auth.test", {}, identity, signal);
      return {
        userId: user_id,
        ...(bot_id !== undefined && { botId: bot_id }),
        ...(url !== undefined && { teamUrl: url }),
      };
    },
  };
}

function messageOf({ channel, threadTs, text, blocks, postId }: SlackPost) {
  return {
    channel,
    text,
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...(blocks && { blocks }),
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { post_id: postId } },
  };
}
