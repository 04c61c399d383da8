import { AppError, checker, toAppError, toProblem } from "@oncall/core";
import type { FastifyInstance } from "fastify";
import { createApp } from "../http/server.ts";
import { type ButtonPressed, findButton } from "../slack/interaction.ts";
import type { CommandInput, Posted, SayInput } from "../slack/outbound.ts";
import type { Workspace } from "../slack/workspace.ts";
import { COMMANDS } from "./commands.ts";
import { streamChanges } from "./live.ts";
import { loadPage } from "./page.ts";
import { bodies } from "./schemas.ts";
import { slackbotSays, timeline } from "./timeline.ts";
import { onlyFromHere } from "./visitors.ts";

export interface ScreenOptions {
  readonly workspace: Workspace;
  /** The incident that this world plays, and the others that could be played instead. */
  readonly scenario: { readonly name: string; readonly title: string };
  readonly scenarios: () => readonly { readonly name: string; readonly title: string }[];
  /** Delivers to the product what a person does, signed as Slack signs it. */
  readonly send: {
    say(input: SayInput): Promise<Posted>;
    command(input: CommandInput): Promise<{ status: number }>;
    press(input: ButtonPressed): Promise<{ status: number }>;
    fireAlert(): Promise<Posted>;
  };
}

/** How long a request waits to learn whether the product took the event; delivery goes on after that. */
const PATIENCE_MS = 3_500;
/** What a person may type; Slack cuts longer messages too. */
const MAX_TEXT = 12_000;

/**
 * A stand-in for Slack's screen: a page, what it shows as JSON under `/api`, and what a person can do there.
 * Everything done becomes the signed request that Slack would send; nothing reaches the product any other way.
 */
export function createScreen({ workspace, scenario, scenarios, send }: ScreenOptions): FastifyInstance {
  const app = createApp();
  app.addHook("onRequest", onlyFromHere);
  // As the product's own API checks: nothing is coerced, no unknown key vanishes.
  app.setValidatorCompiler<Parameters<typeof checker>[0]>(({ schema }) => {
    const { parse } = checker(schema);
    return (body: unknown) => ({ value: parse(body, "body") });
  });
  app.setErrorHandler((thrown, _request, reply) => {
    // What Fastify itself refuses (a body too large, of an unknown type) says its status.
    const { statusCode: status = 500, message } = thrown as { statusCode?: number; message: string };
    const error = status < 500 ? new AppError("invalid_input", message, { status }) : toAppError(thrown);
    return reply.code(error.status).type("application/problem+json").send(toProblem(error));
  });
  for (const { path, type, content } of loadPage())
    app.get(path, (_request, reply) => reply.type(type).send(content));

  const channelOf = (wanted: string): string => {
    const channel = workspace.channel(wanted);
    if (!channel) throw new AppError("not_found", `Acme's Slack has no channel ${wanted}.`);
    return channel.id;
  };
  const personOf = (wanted: string | undefined): string => {
    const { people } = workspace.company;
    const person = wanted === undefined ? people[0] : people.find(({ slack }) => slack === wanted);
    if (!person) throw new AppError("not_found", `Nobody at Acme has the Slack id ${wanted}.`);
    return person.slack;
  };

  app.get("/api/workspace", async () => ({
    name: "Acme",
    scenario,
    scenarios: scenarios(),
    people: workspace.company.people,
    channels: workspace.company.channels,
    commands: COMMANDS,
  }));
  app.get<{ Querystring: { user?: string } }>("/api/channels", async ({ query }) => ({
    channels: timeline(workspace).channels(personOf(query.user)),
  }));
  app.get<{ Params: { channel: string }; Querystring: { user?: string } }>(
    "/api/channels/:channel/messages",
    async ({ params, query }) => timeline(workspace).channel(channelOf(params.channel), personOf(query.user)),
  );
  app.get<{ Params: { channel: string; ts: string }; Querystring: { user?: string } }>(
    "/api/channels/:channel/threads/:ts",
    async ({ params, query }) =>
      timeline(workspace).thread(channelOf(params.channel), params.ts, personOf(query.user)),
  );
  app.get("/api/live", (_request, reply) => streamChanges(workspace, reply));

  app.post<{ Body: { channel: string; text: string; user?: string; thread_ts?: string } }>(
    "/api/messages",
    { schema: { body: bodies.message(MAX_TEXT) } },
    async ({ body }) => {
      const [channel, user] = [channelOf(body.channel), personOf(body.user)];
      if (body.thread_ts !== undefined && !workspace.find(channel, body.thread_ts))
        throw new AppError("not_found", `There is no message ${body.thread_ts} to reply to.`);
      return outcome(send.say({ channel, user, text: escaped(body.text), threadTs: body.thread_ts }));
    },
  );
  app.post<{ Body: { command: string; text: string; channel: string; user?: string } }>(
    "/api/commands",
    { schema: { body: bodies.command(MAX_TEXT) } },
    async ({ body }) => {
      const [channel, user] = [channelOf(body.channel), personOf(body.user)];
      const { command, text } = body;
      if (!COMMANDS.some((known) => known.command === command)) {
        slackbotSays(workspace, channel, user, `\`${escaped(command)}\` is not a valid command.`);
        return { status: 404 };
      }
      const { status } = await send.command({ command, text, channel, user });
      if (status !== 200) {
        const error = status === 0 ? "operation_timeout" : "dispatch_failed";
        slackbotSays(workspace, channel, user, `\`${command}\` failed with the error "${error}"`);
      }
      return { status };
    },
  );
  app.post<{ Body: { channel: string; ts: string; block: number; element: number; user?: string } }>(
    "/api/actions",
    { schema: { body: bodies.action } },
    async ({ body }) => {
      const [channel, user] = [channelOf(body.channel), personOf(body.user)];
      const pressed = findButton(workspace.find(channel, body.ts), body.block, body.element);
      const { status } = await send.press({ channel, user, ...pressed });
      return { status, answered: status >= 200 && status < 300 };
    },
  );
  app.post<{ Body: { scenario?: string } }>(
    "/api/alerts",
    { schema: { body: bodies.alert } },
    async ({ body }) => {
      const wanted = body.scenario ?? scenario.name;
      if (wanted !== scenario.name) throw otherWorld(wanted, scenario, scenarios());
      const fired = await outcome(send.fireAlert());
      const name = workspace.channel(fired.channel ?? "")?.name;
      return { scenario: scenario.name, ...fired, ...(name ? { place: `#${name}/${fired.ts}` } : {}) };
    },
  );
  return app;
}

interface Outcome {
  readonly channel?: string;
  readonly ts?: string;
  /** The product's HTTP status: 0 when it could not be reached, null when that is not known yet. */
  readonly status: number | null;
  readonly delivered: boolean;
}

/** Where the message stands, and whether the product has taken its event yet. */
async function outcome(delivery: Promise<Posted>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  // Slack goes on trying for minutes; how that ends is nobody's question any more.
  delivery.catch(() => undefined);
  const posted = await Promise.race([delivery, late]).finally(() => clearTimeout(timer));
  if (posted === null) return { status: null, delivered: false };
  const { channel, ts, status } = posted;
  return { channel, ts, status, delivered: status >= 200 && status < 300 };
}

function otherWorld(
  wanted: string,
  running: ScreenOptions["scenario"],
  scenarios: readonly { readonly name: string }[],
): AppError {
  if (!scenarios.some(({ name }) => name === wanted)) {
    const names = scenarios.map(({ name }) => name).join(", ");
    return new AppError("not_found", `There is no scenario "${wanted}"; there are ${names}.`);
  }
  return new AppError(
    "conflict",
    `This world plays ${running.name} (${running.title}). To play ${wanted}, stop it and run: oncall up --sandbox --scenario ${wanted}`,
  );
}

/** What Slack does to what people type before anybody else sees it. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
