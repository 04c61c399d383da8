import { join } from "node:path";
import {
  type Family,
  type Level,
  type LinkLevel,
  type LinkSign,
  levelSigns,
  linkSigns,
  type Sign,
  type Stretch,
  splitTimes,
} from "@oncall/triage";
import { readTable, type Table } from "./table.ts";

const families: Readonly<Record<string, Family>> = {
  "CpuUsageRate(%)": "cpu",
  "MemoryUsageRate(%)": "memory",
  SyscallRead: "syscalls",
  SyscallWrite: "syscalls",
  NetworkReceiveBytes: "network",
  NetworkTransmitBytes: "network",
  "PodServerLatencyP90(s)": "latency",
  "PodServerLatencyP95(s)": "latency",
  "PodServerLatencyP99(s)": "latency",
  "PodClientLatencyP90(s)": "latency",
  "PodClientLatencyP95(s)": "latency",
  "PodClientLatencyP99(s)": "latency",
  "PodWorkload(Ops)": "traffic",
};

/** One day's metrics of every service, sampled each minute, in rows that all services share. */
export interface Day {
  readonly times: Float64Array;
  readonly series: readonly Level[];
  readonly linkTimes: Float64Array;
  readonly links: readonly LinkLevel[];
}

export function readDay(folder: string, day: string): Day {
  const table = readTable(join(folder, `metrics_${day}.csv.gz`));
  const source = readTable(join(folder, `source_50_${day}.csv`));
  const services = table.text("service");
  const rows = new Map<string, number[]>();
  for (const [row, service] of services.entries()) {
    const so = rows.get(service);
    if (so === undefined) rows.set(service, [row]);
    else so.push(row);
  }
  const all = table.numbers("ts");
  const longest = [...rows.values()].reduce((best, each) => (each.length > best.length ? each : best), []);
  const columns = Object.entries(families).map(
    ([column, family]) => [family, table.numbers(column)] as const,
  );
  return {
    // One service's clock is an hour off on one day: the rows tell the time, the stamps of most services its number.
    times: Float64Array.from(longest, (_, at) => middle([...rows.values()].map((own) => all[own[at] ?? -1]))),
    series: [...rows].flatMap(([service, own]) =>
      columns.map(([family, values]) => ({
        service,
        family,
        values: Float64Array.from(own, (row) => values[row] ?? Number.NaN),
      })),
    ),
    linkTimes: source.numbers("timestamp"),
    links: readLinks(source, readTable(join(folder, `destination_50_${day}.csv`))),
  };
}

function readLinks(source: Table, destination: Table): LinkLevel[] {
  return source.columns.slice(2).map((column) => {
    const [caller = "", callee = ""] = column.split("_");
    const inside = destination.numbers(column);
    return {
      caller,
      callee,
      values: source.numbers(column).map((value, at) => value - (inside[at] ?? Number.NaN)),
    };
  });
}

export function metricSigns({ times, series }: Day, now: Stretch, faulty: readonly Stretch[]): Sign[] {
  return levelSigns(series, splitTimes(times, now, faulty));
}

export function meshSigns({ linkTimes, links }: Day, now: Stretch, faulty: readonly Stretch[]): LinkSign[] {
  return linkSigns(links, splitTimes(linkTimes, now, faulty));
}

function middle(values: readonly (number | undefined)[]): number {
  const sorted = values.filter((value): value is number => Number.isFinite(value)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
