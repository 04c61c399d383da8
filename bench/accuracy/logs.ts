import { readLogText } from "@oncall/tools";
import { type Measured, share, type Task, type TaskData } from "./task.ts";

/** A line or block quoted from an issue, and the class that the collectors gave it. */
interface LineCase {
  readonly id: string;
  readonly class_label_by_collectors: string;
  readonly text: string;
}

interface TraceCase {
  readonly id: string;
  /** `none` where the text is no stack trace. */
  readonly language: string;
  readonly text: string;
}

const BENIGN = "benign";

/** The collectors' classes in our failures' names. Where one class is several failures for us, each counts. */
const classes: Readonly<Record<string, readonly string[]>> = {
  authz_denied: ["access_denied"],
  connection_denied: ["connection_blocked"],
  connection_refused: ["connection_refused", "db_connection_refused"],
  connection_timeout: ["connection_timeout", "db_connection_timeout"],
  db_connections_exhausted: ["too_many_connections"],
  db_crash: ["db_crashed"],
  deadline_exceeded: ["deadline_exceeded"],
  deadlock: ["db_deadlock", "thread_deadlock"],
  disk_full: ["disk_full"],
  dns_failure: ["dns_failure"],
  lock_timeout: ["lock_timeout"],
  oom_heap: ["jvm_out_of_memory", "node_heap_out_of_memory", "go_out_of_memory", "process_out_of_memory"],
  oom_kill: ["kernel_oom_kill"],
  panic: ["panic"],
  pool_exhausted: ["pool_exhausted"],
  queue_broker: ["broker_unreachable", "kafka_lag", "kafka_leader", "kafka_rebalance", "rabbitmq_blocked"],
  rate_limited: ["rate_limited", "quota_exceeded"],
  tls_certificate: ["tls_expired", "tls_hostname_mismatch", "tls_untrusted"],
  upstream_5xx: ["upstream_unavailable"],
};

/** Whether failures are known by their lines, and stack traces by their language. */
export const logs: Task = {
  name: "logs",
  folders: ["logs_issue_lines", "logs_stacktraces"],
  run(data) {
    const lines = measureLines(data);
    const traces = measureTraces(data);
    return { figures: [...lines.figures, ...traces.figures], notes: [...lines.notes, ...traces.notes] };
  },
};

function measureLines(data: TaskData): Measured {
  const cases = data.cases<LineCase>("logs_issue_lines", "lines.json").map((line) => ({
    ...line,
    wanted: line.class_label_by_collectors,
    found: readLogText(line.text.split("\n")).find(({ failure }) => failure !== null)?.failure?.name ?? null,
  }));
  const failures = cases.filter(({ wanted }) => wanted !== BENIGN);
  const isRight = ({ wanted, found }: { wanted: string; found: string | null }): boolean =>
    found !== null && (classes[wanted] ?? []).includes(found);
  const alarms = cases.filter(({ wanted, found }) => wanted === BENIGN && found !== null);
  const missed = failures.filter((line) => !isRight(line));
  return {
    figures: [
      share("failure lines: class", failures.length - missed.length, failures.length, 0.95),
      {
        name: "benign lines: alarms",
        value: alarms.length,
        unit: `of ${cases.length - failures.length}`,
        bar: "0",
        ok: alarms.length === 0,
      },
    ],
    notes: [...missed, ...alarms].map(
      ({ id, wanted, found }) => `${id}: ${wanted}, read as ${found ?? "nothing"}`,
    ),
  };
}

function measureTraces(data: TaskData): Measured {
  const cases = data.cases<TraceCase>("logs_stacktraces", "traces.json").map(({ id, language, text }) => ({
    id,
    wanted: language,
    found: readLogText(text.split("\n")).find((event) => event.language !== null)?.language ?? "none",
  }));
  const wrong = cases.filter(({ wanted, found }) => wanted !== found);
  return {
    figures: [share("stack traces: language", cases.length - wrong.length, cases.length, 1)],
    notes: wrong.map(({ id, wanted, found }) => `${id}: ${wanted}, read as ${found}`),
  };
}
