import { count, dig, list, scalar, text } from "../kubernetes/checks/raw.ts";
import type {
  DatabaseEvent,
  DatabaseFacts,
  DatabaseLoad,
  DatabaseSeries,
  DatabaseSize,
  LoadedStatement,
  LoadShare,
  Sample,
} from "./facts.ts";
import { metricNames } from "./metrics.ts";

const GIB = 1024 ** 3;
const UNNAMED = "(unnamed)";
const STATISTICS = ["Average", "Maximum", "Minimum", "Sum"] as const;

interface Parts {
  readonly series: DatabaseSeries[];
  readonly events: DatabaseEvent[];
  readonly loads: Map<string, DatabaseLoad>;
  readonly sizes: Map<string, DatabaseSize>;
}

/**
 * Answers of the AWS API about databases, in any order, as the AWS CLI prints them: CloudWatch `get-metric-data` and
 * `get-metric-statistics`, RDS `describe-events` and `describe-db-instances`, Performance Insights
 * `get-resource-metrics` and `describe-dimension-keys`. `notes` says how many were none of these. What does not name its
 * instance belongs to the one that the others are about (`get-metric-data` names it where its query asks for the label
 * `${PROP('MetricName')} ${PROP('Dim.DBInstanceIdentifier')}`).
 */
export function readAws(documents: readonly unknown[]): { facts: DatabaseFacts; notes: string[] } {
  const parts: Parts = { series: [], events: [], loads: new Map(), sizes: new Map() };
  const unread = documents.filter((document) => !readers.some((read) => read(document, parts))).length;
  const { series, events, loads, sizes } = parts;
  const alone =
    [
      ...loads.keys(),
      ...series.map(({ instance }) => instance),
      ...sizes.keys(),
      ...events.map(({ instance }) => instance),
    ].find((name) => name !== "") ?? UNNAMED;
  const whole = new Map<string, DatabaseLoad>();
  for (const load of loads.values()) {
    const instance = load.instance || alone;
    whole.set(instance, merged(whole.get(instance), { ...load, instance }));
  }
  return {
    facts: {
      series: series.map((one) => ({ ...one, instance: one.instance || alone })),
      events: events.sort((a, b) => a.at - b.at),
      loads: [...whole.values()],
      sizes,
    },
    notes:
      unread === 0
        ? []
        : [
            `${unread} of ${documents.length} inputs are no answer of CloudWatch, RDS or Performance Insights and were not read.`,
          ],
  };
}

/** Each takes the answers of one operation and says whether the document was one. */
const readers: readonly ((document: unknown, parts: Parts) => boolean)[] = [
  function readMetricData(document, { series }) {
    const results = list(document, "MetricDataResults");
    for (const result of results) {
      const values = list(result, "Values");
      const samples = list(result, "Timestamps").map((at, i): Sample => [timeOf(at), Number(values[i])]);
      series.push(...seriesOf(text(result, "Label") || text(result, "Id"), "", samples));
    }
    return results.length > 0;
  },
  function readMetricStatistics(document, { series }) {
    const points = list(document, "Datapoints");
    const samples = points.map((point): Sample => {
      const statistic = STATISTICS.find((name) => count(point, name) !== undefined) ?? "Average";
      return [timeOf(dig(point, "Timestamp")), count(point, statistic) ?? Number.NaN];
    });
    series.push(...seriesOf(text(document, "Label"), text(points[0], "Unit"), samples));
    return points.length > 0;
  },
  function readEvents(document, { events }) {
    const found = Array.isArray(dig(document, "Events"));
    for (const event of list(document, "Events")) {
      const at = timeOf(dig(event, "Date"));
      const message = text(event, "Message");
      if (!Number.isNaN(at) && message !== "")
        events.push({ at, message, instance: text(event, "SourceIdentifier") });
    }
    return found;
  },
  function readInstances(document, { sizes }) {
    for (const instance of list(document, "DBInstances")) {
      const allocated = count(instance, "AllocatedStorage");
      sizes.set(text(instance, "DBInstanceIdentifier"), {
        storageBytes: allocated === undefined ? undefined : allocated * GIB,
        replicaOf: text(instance, "ReadReplicaSourceDBInstanceIdentifier") || undefined,
      });
    }
    return list(document, "DBInstances").length > 0;
  },
  function readResourceMetrics(document, { loads }) {
    const metrics = list(document, "MetricList");
    const instance = text(document, "Identifier");
    const total = metrics.find(
      (metric) =>
        scalar(metric, "Key", "Metric").startsWith("db.load") &&
        dig(metric, "Key", "Dimensions") === undefined,
    );
    const samples = list(total, "DataPoints").map(
      (point): Sample => [timeOf(dig(point, "Timestamp")), count(point, "Value") ?? Number.NaN],
    );
    add(loads, { ...noLoad(instance), samples: clean(samples) });
    return metrics.length > 0;
  },
  function readDimensionKeys(document, { loads }) {
    const keys = list(document, "Keys");
    const partitions = list(document, "PartitionKeys").map((key) => dimension(key, "wait_event"));
    const load = noLoad(text(document, "Identifier"));
    const shares = (name: string): LoadShare[] =>
      keys.flatMap((key) => {
        const value = dimension(key, name);
        return value === "" ? [] : [{ name: value, sessions: count(key, "Total") ?? 0 }];
      });
    const statements = keys.flatMap((key): LoadedStatement[] => {
      const name = dimension(key, "sql");
      const parts = list(key, "Partitions");
      const waits = partitions.map((wait, i) => ({ name: wait, sessions: Number(parts[i]) || 0 }));
      return name === "" ? [] : [{ name, sessions: count(key, "Total") ?? 0, waits: largest(waits) }];
    });
    add(loads, { ...load, statements, waits: shares("wait_event"), users: shares("user") });
    return keys.length > 0;
  },
];

/** `db.sql.statement`, `db.sql_tokenized.statement`, `db.wait_event.name`, `db.user.name`. */
function dimension(key: unknown, group: string): string {
  const found = dig(key, "Dimensions");
  const entries = typeof found === "object" && found !== null ? Object.entries(found) : [];
  const value = entries.find(
    ([name]) => name.startsWith(`db.${group}`) && /\.(statement|name)$/.test(name),
  )?.[1];
  return typeof value === "string" ? value : "";
}

/** One series of a known metric; labels hold its name and, where asked for so, the instance's. */
function seriesOf(label: string, unit: string, samples: readonly Sample[]): DatabaseSeries[] {
  const words = label.split(/[\s,;/|]+/).filter((word) => word !== "");
  const metric = metricNames.find((name) => words.includes(name));
  if (metric === undefined) return [];
  const instance = words.find((word) => word !== metric && /^[a-z][a-z0-9-]+$/.test(word)) ?? "";
  const scale = /millisecond/i.test(unit) ? 0.001 : 1;
  return [{ metric, instance, samples: clean(samples).map(([at, value]): Sample => [at, value * scale]) }];
}

function clean(samples: readonly Sample[]): Sample[] {
  return samples
    .filter(([at, value]) => Number.isFinite(at) && Number.isFinite(value))
    .sort((a, b) => a[0] - b[0]);
}

/** The CLI prints ISO 8601, the API seconds. */
function timeOf(value: unknown): number {
  return typeof value === "number"
    ? value * 1000
    : typeof value === "string"
      ? Date.parse(value)
      : Number.NaN;
}

function noLoad(instance: string): DatabaseLoad {
  return { instance, samples: [], statements: [], waits: [], users: [] };
}

function add(loads: Map<string, DatabaseLoad>, load: DatabaseLoad): void {
  loads.set(load.instance, merged(loads.get(load.instance), load));
}

function merged(known: DatabaseLoad | undefined, load: DatabaseLoad): DatabaseLoad {
  if (known === undefined) return load;
  return {
    instance: load.instance,
    samples: [...known.samples, ...load.samples],
    statements: largest([...known.statements, ...load.statements]),
    waits: largest([...known.waits, ...load.waits]),
    users: largest([...known.users, ...load.users]),
  };
}

function largest<T extends LoadShare>(shares: readonly T[]): T[] {
  return [...shares].filter(({ sessions }) => sessions > 0).sort((a, b) => b.sessions - a.sessions);
}
