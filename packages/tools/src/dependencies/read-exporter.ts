import type { Sample, Series } from "@oncall/backends";
import { isoOf } from "../metrics/points.ts";
import { type ExporterReading, named, type Said, wasWords } from "./exporter-reading.ts";
import { ALARMS, COUNTS, PRESSURES, UP } from "./exporter-shapes.ts";
import type { Finding } from "./finding.ts";
import { lag } from "./queue-lag.ts";

const FULL = 0.9;

/**
 * Pure: state of a database, cache or queue by what its exporter says; null when there is no exporter. `groups` are
 * the longest queues or consumer groups now, for one that has grown.
 */
export function readExporter(
  name: string,
  reading: ExporterReading,
  groups: readonly Sample[] = [],
): Finding | null {
  const own = UP.map((metric) => named(reading.history, metric)).find((series) => series.length > 0);
  const scraped = named(reading.history, "up");
  if (own === undefined && scraped.length === 0) return null;
  const metric = own?.[0]?.labels.__name__ ?? "up";
  const dead = (own ?? []).filter(isZero);
  if (own !== undefined && dead.length === own.length) {
    const since = latest(dead.map(downSince));
    const fact = `${metric} of job "${jobOf(own, name)}" is 0${sinceWords(since)}`;
    return { state: "down", since, how: "metrics", facts: [fact] };
  }
  if (scraped.length > 0 && scraped.every(isZero)) {
    const words = sinceWords(latest(scraped.map(downSince)));
    const fact = `Prometheus cannot scrape job "${jobOf(scraped, name)}" (up is 0${words}), so its state is not known`;
    return { state: "unknown", since: null, how: "metrics", facts: [fact] };
  }
  const first = dead.flatMap((series) => downSince(series) ?? []).sort()[0] ?? null;
  const partly: Said = {
    facts: [`${metric} is 0 on ${dead.length} of ${own?.length} instances${sinceWords(first)}`],
    isBad: dead.length > 0,
    since: first,
  };
  const said = [
    ...(partly.isBad ? [partly] : []),
    ...pressures(reading),
    ...alarms(reading),
    ...counts(reading),
    ...lag(reading, groups),
  ];
  const bad = said.filter(({ isBad }) => isBad);
  const plain = partly.isBad
    ? []
    : [
        own === undefined
          ? `job "${jobOf(scraped, name)}" is scraped (up is 1); nothing else is known of it`
          : `${metric} is 1`,
      ];
  if (bad.length === 0) {
    return {
      state: "healthy",
      since: null,
      how: "metrics",
      facts: [...plain, ...said.flatMap(({ facts }) => facts)],
    };
  }
  // The fact that makes it degraded comes first: it is the one that is quoted.
  const facts = [bad, said.filter(({ isBad }) => !isBad)].flat().flatMap((one) => one.facts);
  const [since = null] = bad.flatMap((one) => one.since ?? []).sort();
  return { state: "degraded", since, how: "metrics", facts: [...facts, ...plain] };
}

function pressures({ current, before, comparedAt, window }: ExporterReading): Said[] {
  return PRESSURES.flatMap(({ used, limit, what, matters }) => {
    const full = current
      .filter(({ labels }) => labels.__name__ === used)
      .flatMap((sample) => {
        const most = sameInstance(current, limit, sample)?.value ?? 0;
        return most > 0 ? [{ sample, most, share: sample.value / most }] : [];
      })
      .sort((a, b) => b.share - a.share)[0];
    if (full === undefined) return [];
    const was = sameInstance(before, used, full.sample)?.value;
    const fact = `${full.sample.value} of ${full.most} ${what}${wasWords(was, comparedAt, window)}`;
    return [{ facts: [fact], isBad: matters && full.share >= FULL }];
  });
}

function alarms({ current }: ExporterReading): Said[] {
  return ALARMS.flatMap(({ metric, what }) => {
    const value = total(current, metric);
    return value === undefined || value === 0 ? [] : [{ facts: [`${value} ${what}`], isBad: true }];
  });
}

function counts({ current, before, comparedAt }: ExporterReading): Said[] {
  return COUNTS.flatMap(({ metric, what, matters }) => {
    const [now, was] = [total(current, metric), total(before, metric)];
    if (now === undefined || was === undefined) return [];
    // A counter that is smaller began anew.
    const growth = now < was ? now : now - was;
    if (growth === 0) return [];
    return [{ facts: [`${growth} ${what} since ${comparedAt.slice(11, 16)}`], isBad: matters }];
  });
}

function sameInstance(samples: readonly Sample[], metric: string, { labels }: Sample): Sample | undefined {
  return samples.find(
    (one) =>
      one.labels.__name__ === metric &&
      one.labels.instance === labels.instance &&
      one.labels.job === labels.job,
  );
}

function total(samples: readonly Sample[], metric: string): number | undefined {
  const values = samples.filter(({ labels }) => labels.__name__ === metric);
  return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0);
}

function isZero({ values }: Series): boolean {
  return values.at(-1)?.[1] === 0;
}

/** The begin of the zeros that last to the end of the series; null when it was down all along. */
function downSince({ values }: Series): string | null {
  const lastUp = values.findLastIndex(([, value]) => value > 0);
  const firstDown = values[lastUp + 1];
  return firstDown === undefined || lastUp < 0 ? null : isoOf(firstDown[0]);
}

/** When the last of them went; null when nobody knows of one. */
function latest(times: readonly (string | null)[]): string | null {
  return times.includes(null) ? null : ([...times].sort().at(-1) ?? null);
}

function sinceWords(since: string | null): string {
  return since === null ? "" : ` since ${since}`;
}

function jobOf(series: readonly Series[], name: string): string {
  return series[0]?.labels.job ?? name;
}
