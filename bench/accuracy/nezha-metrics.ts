import { join } from "node:path";
import { type Family, type LinkSign, type Sign, seriesBits } from "@oncall/triage";
import { readTable, type Table } from "./table.ts";

/** Stretches of time in epoch seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

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

/** The smallest difference that matters, in the metric's unit: five milliseconds, a tenth of a request, one percent. */
const floors: Readonly<Partial<Record<Family, number>>> = { latency: 0.005, traffic: 0.1, cpu: 1 };

/** One day's metrics of every service, sampled each minute, in rows that all services share. */
export interface Day {
  readonly times: Float64Array;
  readonly series: readonly { service: string; family: Family; values: Float64Array }[];
  /** Seconds that a call takes beyond what its callee spends. */
  readonly links: readonly { caller: string; callee: string; values: Float64Array; times: Float64Array }[];
}

export function readDay(folder: string, day: string): Day {
  const table = readTable(join(folder, `metrics_${day}.csv.gz`));
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
    links: readLinks(
      readTable(join(folder, `source_50_${day}.csv`)),
      readTable(join(folder, `destination_50_${day}.csv`)),
    ),
  };
}

function readLinks(source: Table, destination: Table): Day["links"] {
  const times = source.numbers("timestamp");
  return source.columns.slice(2).map((column) => {
    const [caller = "", callee = ""] = column.split("_");
    const inside = destination.numbers(column);
    return {
      caller,
      callee,
      times,
      values: source.numbers(column).map((value, at) => value - (inside[at] ?? Number.NaN)),
    };
  });
}

export function metricSigns({ times, series }: Day, now: Stretch, faulty: readonly Stretch[]): Sign[] {
  const split = splitter(times, now, faulty);
  return series.flatMap(({ service, family, values }): Sign[] => {
    const { up, down } = seriesBits(
      values.filter(split.before),
      values.filter(split.now),
      floors[family] ?? 0,
    );
    return [
      { service, family, direction: "up", bits: up },
      { service, family, direction: "down", bits: down },
    ];
  });
}

export function meshSigns({ links }: Day, now: Stretch, faulty: readonly Stretch[]): LinkSign[] {
  return links.map(({ caller, callee, times, values }) => {
    const split = splitter(times, now, faulty);
    const { up } = seriesBits(values.filter(split.before), values.filter(split.now), floors.latency);
    return { caller, callee, bits: up };
  });
}

function splitter(times: Float64Array, now: Stretch, faulty: readonly Stretch[]) {
  const within = ({ from, to }: Stretch, time: number): boolean => time >= from && time < to;
  const isNow = [...times].map((time) => within(now, time));
  const isUsual = [...times].map((time) => !within(now, time) && !faulty.some((each) => within(each, time)));
  return {
    now: (_: number, at: number): boolean => isNow[at] ?? false,
    before: (_: number, at: number): boolean => isUsual[at] ?? false,
  };
}

function middle(values: readonly (number | undefined)[]): number {
  const sorted = values.filter((value): value is number => Number.isFinite(value)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
