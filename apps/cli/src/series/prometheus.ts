import { readFile, stat } from "node:fs/promises";
import type { Point } from "@oncall/tools";
import { MAX_POINTS, type SeriesFile } from "./series-file.ts";

const MAX_BYTES = 256 * 1024 * 1024;
const none: ReadonlyMap<string, readonly Point[]> = new Map();

interface Row {
  readonly metric?: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [at: unknown, value: unknown])[];
}

/** The answer of Prometheus' range query, whole or only its `data`: a matrix (https://prometheus.io/docs/prometheus/latest/querying/api/). */
export async function readPrometheus(path: string): Promise<SeriesFile> {
  const { size } = await stat(path);
  if (size > MAX_BYTES)
    return { series: none, notes: ["is larger than 256 MB: ask for a coarser step or fewer series"] };
  const answer = parsed(await readFile(path, "utf8"));
  if (answer === null) return { series: none, notes: ["is not JSON"] };
  if (answer.status === "error")
    return { series: none, notes: [`is an error of Prometheus: ${String(answer.error)}`] };
  const data = (answer.data ?? answer) as { resultType?: unknown; result?: unknown };
  if (data.resultType !== "matrix" || !Array.isArray(data.result)) {
    const why =
      typeof data.resultType === "string"
        ? `holds a ${data.resultType}, not a matrix: ask /api/v1/query_range`
        : "is no answer of Prometheus' range query";
    return { series: none, notes: [why] };
  }
  const series = new Map<string, Point[]>();
  let points = 0;
  for (const { metric, values } of data.result as Row[]) {
    if (points >= MAX_POINTS) break;
    if (!Array.isArray(values)) continue;
    points += values.length;
    series.set(
      nameOf(metric ?? {}),
      values.map(
        ([at, value]): Point => [
          Number(at),
          typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN,
        ],
      ),
    );
  }
  const cut = data.result.length - series.size;
  return {
    series,
    notes: [
      ...(data.result.length === 0 ? ["holds an empty result"] : []),
      ...(cut > 0
        ? [
            `${cut} of its series are left out: they have no values, the labels of another one, or are too many`,
          ]
        : []),
    ],
  };
}

function parsed(content: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** `name{label="value",…}`, labels in order. */
function nameOf({ __name__: name = "", ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}
