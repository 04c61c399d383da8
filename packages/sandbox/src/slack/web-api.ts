import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createApp, queryOf } from "../http/server.ts";
import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import { type Arguments, type Method, SlackError } from "./method.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { viewMethods } from "./view-methods.ts";
import { APP_ID, BOT_ID, BOT_USER_ID, type SlackMessage, TEAM_ID, type Workspace } from "./workspace.ts";

export interface WebApiOptions {
  readonly workspace: Workspace;
  readonly token: string;
  readonly responseUrls: ResponseUrls;
  /** Called when the product's bot has posted. */
  onBotMessage(channelId: string, message: SlackMessage): void;
}

/** Slack's Web API (https://docs.slack.dev/reference/methods) under `/api/`, and the response URLs of commands. */
export function createSlackServer({
  workspace,
  token,
  responseUrls,
  onBotMessage,
}: WebApiOptions): FastifyInstance {
  const app = createApp();
  const methods: Readonly<Record<string, Method>> = {
    "api.test": () => ({}),
    "auth.test": () => ({
      url: "https://acme-corp.slack.com/",
      team: "Acme",
      user: "oncall",
      team_id: TEAM_ID,
      user_id: BOT_USER_ID,
      bot_id: BOT_ID,
      is_enterprise_install: false,
    }),
    "users.info": (args) => ({ user: userInfo(workspace, String(args.user ?? "")) }),
    ...chatMethods(workspace, onBotMessage),
    ...conversationMethods(workspace),
    ...viewMethods(),
  };
  app.route<{ Params: { method: string } }>({
    method: ["GET", "POST"],
    url: "/api/:method",
    handler: async (request, reply) => {
      reply.header("x-oauth-scopes", "chat:write,channels:history,channels:read,commands,users:read");
      try {
        const method = methods[request.params.method];
        if (!method) throw new SlackError("unknown_method", { req_method: request.params.method });
        const args = argumentsOf(request);
        authenticate(request, args, token);
        return { ok: true, ...method(args) };
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        return { ok: false, error: error.message, ...error.details };
      }
    },
  });
  app.post<{ Params: { id: string } }>("/commands/:id", async (request, reply) =>
    answerCommand(request, reply),
  );
  return app;

  function answerCommand(request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) {
    const refused = responseUrls.answer(request.params.id, argumentsOf(request));
    if (refused === null) return reply.type("text/plain").send("ok");
    return reply.code(404).send({ ok: false, error: refused });
  }
}

function argumentsOf(request: FastifyRequest): Arguments {
  const query = Object.fromEntries(queryOf(request.url));
  const body = typeof request.body === "object" && request.body !== null ? request.body : {};
  const args: Record<string, unknown> = { ...query, ...body };
  for (const key of ["blocks", "attachments", "metadata"]) {
    const value = args[key];
    if (typeof value !== "string") continue;
    try {
      args[key] = JSON.parse(value);
    } catch {
      throw new SlackError(key === "metadata" ? "invalid_metadata_format" : `invalid_${key}_format`);
    }
  }
  return args;
}

function authenticate(request: FastifyRequest, args: Arguments, token: string): void {
  const header = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const given = header ?? (typeof args.token === "string" ? args.token : undefined);
  if (given === undefined) throw new SlackError("not_authed");
  if (given !== token) throw new SlackError("invalid_auth");
}

function userInfo(workspace: Workspace, id: string): object {
  if (id === BOT_USER_ID) {
    return {
      id,
      team_id: TEAM_ID,
      name: "oncall",
      real_name: "On-Call Assistant",
      is_bot: true,
      profile: { api_app_id: APP_ID, bot_id: BOT_ID },
    };
  }
  const person = workspace.company.people.find((entry) => entry.slack === id);
  if (!person) throw new SlackError("user_not_found");
  return {
    id,
    team_id: TEAM_ID,
    name: person.login,
    real_name: person.name,
    deleted: false,
    is_bot: false,
    tz: "America/New_York",
    profile: { real_name: person.name, display_name: person.login },
  };
}
