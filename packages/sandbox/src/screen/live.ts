import { AppError } from "@oncall/core";
import type { FastifyReply } from "fastify";
import type { Workspace } from "../slack/workspace.ts";

const MAX_VIEWERS = 50;
const HEARTBEAT_MS = 15_000;
/** Several messages at once are told once. */
const GATHER_MS = 30;

const viewers = new WeakMap<Workspace, number>();

/** Server-Sent Events: `changed` whenever something was said or edited; the page then asks for what it shows. */
export function streamChanges(workspace: Workspace, reply: FastifyReply): void {
  const count = viewers.get(workspace) ?? 0;
  if (count >= MAX_VIEWERS) throw new AppError("rate_limited", "Too many pages are open; close one.");
  viewers.set(workspace, count + 1);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  raw.write("retry: 1000\nevent: changed\ndata: {}\n\n");

  let gathering: NodeJS.Timeout | undefined;
  const tell = (): void => {
    gathering = undefined;
    raw.write("event: changed\ndata: {}\n\n");
  };
  const stop = workspace.onChange(() => {
    gathering ??= setTimeout(tell, GATHER_MS);
  });
  const heartbeat = setInterval(() => raw.write(":\n\n"), HEARTBEAT_MS);
  raw.once("close", () => {
    stop();
    clearTimeout(gathering);
    clearInterval(heartbeat);
    viewers.set(workspace, Math.max(0, (viewers.get(workspace) ?? 1) - 1));
  });
}
