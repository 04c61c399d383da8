import { AppError } from "@oncall/core";
import type { AcmeData, Scenario, ServiceData, SlackAlert } from "../data/types.ts";
import type { SeriesSource } from "../prometheus/index.ts";
import { createAwsEvents, type HealthEvent } from "./aws-events.ts";
import { type Cluster, createCluster } from "./cluster.ts";
import { dependencySeries } from "./dependency-metrics.ts";
import { createLogSource, type LogSource } from "./log-lines.ts";
import { planRevisions } from "./pods.ts";
import { createRandom } from "./random.ts";
import { createRepositories, type Repository } from "./repositories.ts";
import { serviceSeries } from "./service-metrics.ts";
import { createSignals } from "./signals.ts";
import { createTimeline, fillDeep, SCRAPE_MS, type Timeline } from "./timeline.ts";

/** Acme under a scenario: everything that the simulated backends answer from, a function of (seed, time). */
export interface World {
  readonly acme: AcmeData;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly metrics: SeriesSource;
  readonly logs: ReadonlyMap<string, { readonly service: ServiceData; readonly lines: LogSource }>;
  readonly cluster: Cluster;
  readonly repositories: ReadonlyMap<string, Repository>;
  awsEvents(): HealthEvent[];
  /** The alert of the scenario as it arrives in Slack, its placeholders filled. */
  alert(): SlackAlert;
  resource(service: string, id: string): unknown;
  statusPage(name: string): { name: string; url: string; indicator: string; description: string } | undefined;
}

export interface WorldOptions {
  readonly acme: AcmeData;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly now: () => Date;
  /** Where the teams' resource APIs will listen; service.yaml names it. */
  readonly resourcesOrigin: string;
}

export function createWorld({ acme, scenario, seed, now, resourcesOrigin }: WorldOptions): World {
  const random = createRandom(seed);
  const timeline = createTimeline(scenario.onset_minutes_ago, now);
  const signals = createSignals(scenario, timeline, random);
  const repositories = createRepositories(acme, scenario, timeline, resourcesOrigin);
  const workloads = acme.services.map((service) => {
    const repository = repositories.get(service.repository);
    if (!repository) throw new AppError("bug", `${service.name} has no repository.`);
    return {
      service,
      revisions: planRevisions(service, repository, acme.company, scenario, timeline, random),
    };
  });
  return {
    acme,
    scenario,
    timeline,
    metrics: {
      scrapeIntervalMs: SCRAPE_MS,
      series: () => [
        ...workloads.flatMap(({ service, revisions }) =>
          serviceSeries(service, revisions, scenario, timeline, signals),
        ),
        ...acme.company.dependencies.flatMap((dependency) => dependencySeries(dependency, timeline, signals)),
      ],
    },
    logs: new Map(
      workloads.map(({ service, revisions }) => [
        service.indexPrefix,
        { service, lines: createLogSource(service, revisions, scenario, timeline, random) },
      ]),
    ),
    cluster: createCluster(workloads, acme.company, timeline, random),
    repositories,
    alert() {
      const podOf = (service: string): string =>
        workloads.find((workload) => workload.service.name === service)?.revisions.at(-1)?.pods[0]?.name ??
        service;
      return fillDeep(scenario.alert, (text) =>
        timeline.fill(text).replace(/\$\{pod:([a-z0-9-]+)\}/g, (_, service: string) => podOf(service)),
      );
    },
    awsEvents: createAwsEvents(acme.company, scenario, timeline, random),
    resource(serviceName, id) {
      const usual = acme.services.find((service) => service.name === serviceName)?.workload.resources?.[id];
      const found = scenario.resources[serviceName]?.[id] ?? usual;
      return found === undefined ? undefined : fillDeep(found, timeline.fill);
    },
    statusPage(name) {
      const page = acme.company.status_pages[name];
      if (!page) return undefined;
      const state = scenario.status_pages[name] ?? {
        indicator: "none",
        description: "All Systems Operational",
      };
      return { ...page, ...state };
    },
  };
}
