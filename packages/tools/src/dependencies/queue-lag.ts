import type { Sample } from "@oncall/backends";
import { changePoint } from "../metrics/change-point.ts";
import { isoOf, seconds, sumOf } from "../metrics/points.ts";
import { type ExporterReading, named, type Said, wasWords } from "./exporter-reading.ts";
import { LAGS } from "./exporter-shapes.ts";

const LAG_RISE = 10;
const NOTABLE_LAG = 1_000;

/** Whether so much more waits than before that it is worth asking what. */
export function hasGrown(reading: ExporterReading): boolean {
  const { now, was } = waiting(reading) ?? {};
  return now !== undefined && was !== undefined && now >= NOTABLE_LAG && now >= LAG_RISE * was;
}

function waiting({ history, comparedAt }: ExporterReading) {
  const metric = LAGS.find((name) => named(history, name).length > 0);
  if (metric === undefined) return null;
  const points = sumOf(named(history, metric));
  const was = points.findLast(([at]) => at <= seconds(comparedAt))?.[1];
  return { metric, points, now: points.at(-1)?.[1], was };
}

/** What waits, and since when it is too much; `groups` are the longest queues or consumer groups. */
export function lag(reading: ExporterReading, groups: readonly Sample[]): Said[] {
  const { comparedAt, window } = reading;
  const found = waiting(reading);
  if (found?.now === undefined) return [];
  const { metric, points, now, was } = found;
  const isBad = hasGrown(reading);
  const baseline = { from: seconds(window.from), to: seconds(comparedAt) };
  const options = { baseline, direction: "up", atLeast: NOTABLE_LAG / 10, relative: 1 } as const;
  const at = isBad ? changePoint(points, options) : null;
  const longest = named(groups, metric)
    .map(({ labels, value }) => ({
      of: [labels.consumergroup, labels.topic, labels.queue].filter(Boolean).join(" on "),
      value,
    }))
    .filter(({ of }) => isBad && of !== "")
    .sort((a, b) => b.value - a.value)
    .map(({ of, value }) => `${of}: ${value}`);
  return [
    {
      facts: [
        `${metric} is ${now}${wasWords(was, comparedAt, window)}`,
        ...(longest.length === 0 ? [] : [`longest: ${longest.join(", ")}`]),
      ],
      isBad,
      since: at === null ? null : isoOf(at),
    },
  ];
}
