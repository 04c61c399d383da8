import { type Arguments, type Method, SlackError } from "./method.ts";
import { APP_ID, BOT_ID, TEAM_ID } from "./workspace.ts";

/** Open views are kept so that they can be updated; the oldest are forgotten. */
const MAX_VIEWS = 200;

/** `views.*`: modals that the product opens on a person's trigger. https://docs.slack.dev/reference/methods/views.open */
export function viewMethods(): Record<string, Method> {
  const open = new Map<string, object>();
  let counter = 0;
  const keep = (id: string, args: Arguments): Record<string, unknown> => {
    const given = viewOf(args);
    const view = {
      id,
      team_id: TEAM_ID,
      app_id: APP_ID,
      bot_id: BOT_ID,
      root_view_id: id,
      state: { values: {} },
      ...given,
    };
    if (open.size >= MAX_VIEWS) open.delete([...open.keys()][0] ?? "");
    open.set(id, view);
    return { view };
  };
  const opened: Method = (args) => {
    if (typeof args.trigger_id !== "string" || args.trigger_id === "")
      throw new SlackError("invalid_arguments");
    return keep(`V${(++counter).toString(36).toUpperCase().padStart(8, "0")}`, args);
  };
  return {
    "views.open": opened,
    "views.push": opened,
    "views.update"(args) {
      const id = String(args.view_id ?? "");
      if (!open.has(id)) throw new SlackError("not_found");
      return keep(id, args);
    },
    "views.publish"(args) {
      if (typeof args.user_id !== "string") throw new SlackError("invalid_arguments");
      return keep(`V0HOME${args.user_id}`, args);
    },
  };
}

function viewOf(args: Arguments): object {
  const view: unknown = typeof args.view === "string" ? JSON.parse(args.view) : args.view;
  if (typeof view !== "object" || view === null) throw new SlackError("invalid_arguments");
  const { type, title, blocks } = view as { type?: unknown; title?: { text?: string }; blocks?: unknown };
  const titled = type === "home" || (typeof title?.text === "string" && title.text.length <= 24);
  if (!["modal", "home"].includes(String(type)) || !titled || !Array.isArray(blocks) || blocks.length > 100) {
    throw new SlackError("invalid_arguments");
  }
  return view;
}
