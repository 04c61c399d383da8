import { quote } from "../kubernetes/checks/words.ts";
import type { LoadedStatement } from "./facts.ts";
import type { Instance } from "./instance.ts";
import { first, holding, jump, last } from "./samples.ts";
import type { Sign } from "./sign.ts";
import { bytes, figure, moment, statementWords } from "./words.ts";

const BEHIND_SECONDS = 60;
const BEHIND =
  /\b(replication|replica) lag\b.*\bexceed|\bfalling behind\b|\breplication (has )?(stopped|failed|error)/i;
const CAUGHT_UP =
  /\b(replication|replica) lag\b.*\b(below|recovered|normal)|\bcaught up\b|\breplication (has )?resumed/i;
const WRITES =
  /^\s*(?:\/\*.*?\*\/\s*)?(?:WITH\b.*\b)?(INSERT|UPDATE|DELETE|MERGE|COPY|CREATE|ALTER|VACUUM|REINDEX|TRUNCATE|REFRESH)\b|\bautovacuum\b|\bVACUUM\b/is;

/** A replica that is behind, and whether its primary writes more than it can replay. */
export function replicaBehind(instance: Instance): Sign | undefined {
  const lag = instance.metric("ReplicaLag");
  const behind = holding(lag, (value) => value >= BEHIND_SECONDS);
  const told = instance.events.filter(({ message }) => BEHIND.test(message) || CAUGHT_UP.test(message));
  const latest = told.at(-1);
  const says = latest !== undefined && BEHIND.test(latest.message) ? latest : undefined;
  if (behind === undefined && (says === undefined || lag.length > 0)) return undefined;
  const source = instance.primary;
  return {
    code: "db.replication",
    severity: "critical",
    confidence: 0.9,
    since: behind?.since ?? told[0]?.at,
    summary:
      `Read replica ${instance.name} is behind its primary: ` +
      `${
        lag.length === 0
          ? "CloudWatch holds no ReplicaLag for it."
          : `the replication lag grew from ${figure(first(lag) ?? 0)} s to ${figure(last(lag) ?? 0)} s.`
      }` +
      `${says === undefined ? "" : ` RDS says at ${moment(says.at)}: "${quote(says.message)}"`}${source === undefined ? "" : cause(source)}`,
    evidence: [
      ...(lag.length > 0 ? ["CloudWatch/ReplicaLag"] : []),
      ...told.map(({ at }) => `RDS event ${moment(at)}`),
      ...(source?.load === undefined ? [] : ["Performance Insights"]),
    ],
  };
}

function cause(primary: Instance): string {
  const wal = jump(primary.metric("TransactionLogsGeneration"));
  const writes = jump(primary.metric("WriteIOPS"));
  if (wal === undefined && writes === undefined) {
    return ` Its primary ${primary.name} writes no more than before: look at the replica itself (its CPU, long queries, its replication slot).`;
  }
  const grown = [
    ...(wal === undefined ? [] : [`WAL generation from ${bytes(wal.from)}/s to ${bytes(wal.to)}/s`]),
    ...(writes === undefined ? [] : [`WriteIOPS from ${figure(writes.from)} to ${figure(writes.to)}`]),
  ];
  const since = wal?.since ?? writes?.since ?? 0;
  return ` Its primary ${primary.name} writes ${wal === undefined ? "more" : "WAL faster"} than the replica replays since ${moment(since)}: ${grown.join(", ")}.${byWhom(primary)}`;
}

/** The statement that writes, and the one that loads the primary beside it without writing. */
function byWhom({ load }: Instance): string {
  const statements = load?.statements ?? [];
  const writer = statements.find(isWrite);
  const reader = statements.find((statement) => !isWrite(statement));
  const user = load?.users[0];
  const by = user === undefined ? "" : `; the busiest user is ${user.name}`;
  return [
    ...(writer === undefined ? [] : [` Performance Insights: it is ${statementWords(writer)}${by}.`]),
    ...(writer === undefined || reader === undefined
      ? []
      : [` ${statementWords(reader)} only reads: it adds load, but is independent of the lag.`]),
  ].join("");
}

function isWrite({ name }: LoadedStatement): boolean {
  return WRITES.test(name);
}
