import { code, footer, link, literal, sections } from "./mrkdwn.ts";
import { type Rendered, rendered } from "./rendered.ts";

interface NoticeContext {
  readonly incidentId: string;
  readonly incidentUrl: string | null;
}

/** The same alert again while its incident is open. */
export function renderRepeat(title: string, since: string, context: NoticeContext): Rendered {
  return notice(
    `*Already known:* ${literal(title)} belongs to an incident open since ${since.slice(0, 16).replace("T", " ")} UTC; it was added there and not investigated again.`,
    context,
  );
}

export function renderResolved(
  title: string,
  startedAt: string,
  resolvedAt: string,
  context: NoticeContext,
): Rendered {
  const minutes = Math.max(0, Math.round((Date.parse(resolvedAt) - Date.parse(startedAt)) / 60_000));
  return notice(`*Resolved:* ${literal(title)}, after ${duration(minutes)}.`, context);
}

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}

/** Why no diagnosis follows although a model is configured. */
export function renderNoDiagnosis(why: string, context: NoticeContext): Rendered {
  return notice(`*No diagnosis:* ${literal(why)} The first look above stands on its own.`, context);
}

function notice(text: string, context: NoticeContext): Rendered {
  const end = `incident ${context.incidentUrl ? link(context.incidentUrl, context.incidentId) : code(context.incidentId)}`;
  return rendered([text], sections([text]), footer(end), end);
}
