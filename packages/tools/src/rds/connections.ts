import { quote } from "../kubernetes/checks/words.ts";
import { failureIn } from "../logs/known.ts";
import type { Instance } from "./instance.ts";
import { first, holding, last, most } from "./samples.ts";
import type { Sign } from "./sign.ts";
import { figure, moment, statementWords } from "./words.ts";

const NEARLY = 0.9;
/** Fallen this far from its highest, the number of connections is a problem no more. */
const RELAXED = 0.8;
const IDLE = /^Client:ClientRead/;
const IDLE_SHARE = 0.5;

/** Connections at the limit, or refused. */
export function connectionsFull(instance: Instance): Sign | undefined {
  const open = instance.metric("DatabaseConnections");
  const limit = limitOf(instance);
  const full = limit === undefined ? undefined : holding(open, (value) => value >= NEARLY * limit);
  const refused = instance.events.filter(
    ({ message }) => failureIn(message)?.code === "db.too_many_connections",
  );
  const relaxed = open.length > 0 && (last(open) ?? 0) < RELAXED * most(open);
  if (full === undefined && (refused.length === 0 || relaxed)) return undefined;
  const now = last(open);
  const used =
    now === undefined
      ? ""
      : ` ${figure(now)}${limit === undefined ? "" : ` of ${limit}`} connections (max_connections) are in use, ${figure(first(open) ?? now)} at ${moment(open[0]?.[0] ?? 0)}.`;
  return {
    code: "db.too_many_connections",
    severity: "critical",
    confidence: full !== undefined && refused.length > 0 ? 0.95 : 0.85,
    since: full?.since ?? refused[0]?.at,
    summary:
      `DBInstance ${instance.name} has hardly a connection left.${used}` +
      `${refused
        .slice(0, 1)
        .map(({ at, message }) => ` RDS says at ${moment(at)}: "${quote(message)}"`)
        .join("")}${holders(instance)}`,
    evidence: [
      ...(open.length > 0 ? ["CloudWatch/DatabaseConnections"] : []),
      ...refused.map(({ at }) => `RDS event ${moment(at)}`),
      ...(instance.load === undefined ? [] : ["Performance Insights"]),
    ],
  };
}

/** RDS events name the limit: `469 of 500`. */
function limitOf({ events, earlier }: Instance): number | undefined {
  for (const { message } of [...events, ...earlier].reverse()) {
    const [, limit] = /connection/i.test(message) ? (/\b\d+ (?:out )?of (\d+)\b/.exec(message) ?? []) : [];
    if (limit !== undefined) return Number(limit);
  }
  return undefined;
}

/** Whether those who hold the connections work or wait for their client. */
function holders({ load }: Instance): string {
  const [top] = load?.waits ?? [];
  const total = (load?.waits ?? []).reduce((sum, { sessions }) => sum + sessions, 0);
  if (load === undefined || top === undefined) return "";
  const user = load.users[0];
  const by = user === undefined ? "" : `, most of user ${user.name}`;
  const statement =
    load.statements[0] === undefined ? "" : `; last statement: ${statementWords(load.statements[0])}`;
  return IDLE.test(top.name) && top.sessions >= IDLE_SHARE * total
    ? ` Performance Insights: ${figure(top.sessions)} of ${figure(total)} sessions wait for their client (${top.name}): idle client sessions that keep their connection, as with a leak or an open transaction${by}${statement}.`
    : ` Performance Insights: the load is ${statementWords(load.statements[0] ?? { ...top, waits: [] })}${by}.`;
}
