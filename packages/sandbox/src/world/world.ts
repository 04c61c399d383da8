import { AppError } from "@oncall/core";
import type { Scenario, SlackAlert } from "../data/scenario.ts";
import type { AcmeData, ServiceData } from "../data/types.ts";
import { vary } from "../data/vary.ts";
import type { RuleGroup, SeriesSource } from "../prometheus/index.ts";
import { ruleGroups } from "./alert-rules.ts";
import { alertSeries, type FiringAlert, firingAlert, slackMessage } from "./alerts.ts";
import { createAwsEvents, type HealthEvent } from "./aws-events.ts";
import { createBehaviour } from "./behaviour.ts";
import { type Cluster, createCluster } from "./cluster.ts";
import { nodeNames } from "./cluster-furniture.ts";
import { dependencySeries } from "./dependency-metrics.ts";
import { createLogSource, type LogSource } from "./log-lines.ts";
import { type PodPlan, planRevisions } from "./pods.ts";
import { createRandom } from "./random.ts";
import { createRepositories, type Repository } from "./repositories.ts";
import { bytesOf, memoryRatio, serviceSeries } from "./service-metrics.ts";
import { createSignals } from "./signals.ts";
import { createTimeline, fillDeep, SCRAPE_MS, type Timeline } from "./timeline.ts";

/** Acme under a scenario: everything that the simulated backends answer from, a function of (seed, time). */
export interface World {
  readonly acme: AcmeData;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly metrics: SeriesSource;
  readonly logs: ReadonlyMap<string, { readonly service: ServiceData; readonly lines: LogSource }>;
  /** The first of `clusters`. */
  readonly cluster: Cluster;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly repositories: ReadonlyMap<string, Repository>;
  awsEvents(): HealthEvent[];
  /** The alert of the scenario as it arrived in Slack when it began to fire, its placeholders filled. */
  alert(): SlackAlert;
  /** What Alertmanager holds: everything that has begun to fire by now, in the scenario's order. */
  alerts(): FiringAlert[];
  /** Acme's alerting rules with what each has raised. */
  rules(): RuleGroup[];
  /** A message in Slack about one of them: that it fires, or that it is over. */
  message(alert: FiringAlert): SlackAlert;
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

export function createWorld({ acme, scenario: written, seed, now, resourcesOrigin }: WorldOptions): World {
  const random = createRandom(seed);
  const scenario = vary(written, seed, random);
  const timeline = createTimeline(scenario.onset_minutes_ago, now);
  const signals = createSignals(scenario, timeline, random);
  const repositories = createRepositories(acme, scenario, timeline, resourcesOrigin);
  const workloads = acme.services.map((service) => {
    const repository = repositories.get(service.repository);
    const cluster = acme.company.clusters.find(({ name }) => name === service.cluster);
    if (!repository || !cluster) throw new AppError("bug", `${service.name} has no repository or cluster.`);
    const nodes = nodeNames(cluster, random);
    const revisions = planRevisions(service, repository, nodes, scenario, timeline, random);
    const usual = createBehaviour(service, signals, false);
    const apart = scenario.effects.some((effect) => effect.on === service.name && effect.pods === "new");
    const behaviours = { usual, newest: apart ? createBehaviour(service, signals, true) : usual };
    return {
      service,
      repository,
      revisions,
      behaviours,
      events: scenario.events.filter((event) => event.service === service.name),
      usage(pod: PodPlan, at: number) {
        const revision = revisions.find(({ pods }) => pods.includes(pod));
        const limit = bytesOf(revision?.values.resources.limits.memory ?? "0");
        return { cores: usual.cpu(at), bytes: limit * memoryRatio(pod, usual, at, timeline) };
      },
    };
  });
  const clusters = new Map(
    acme.company.clusters.map((cluster) => [
      cluster.name,
      createCluster({ cluster, workloads, company: acme.company, scenario, timeline, random }),
    ]),
  );
  const [cluster] = clusters.values();
  if (!cluster) throw new AppError("bug", "company.yaml names no cluster.");
  const podOf = (service: string): string => {
    const pods =
      workloads.find((workload) => workload.service.name === service)?.revisions.at(-1)?.pods ?? [];
    // Who writes about a pod means the one that is in trouble.
    return (
      (pods.find((pod) => pod.trouble && pod.trouble.state !== "NotCreated") ?? pods[0])?.name ?? service
    );
  };
  const teamChannelOf = (service: ServiceData): string =>
    /^slack_channel: "?(#[\w-]+)/m.exec(service.files["service.yaml"] ?? "")?.[1] ?? "#incidents";
  const firing = scenario.alerts.map((data) => firingAlert(data, { acme, timeline, podOf, teamChannelOf }));
  const begun = (): FiringAlert[] => firing.filter(({ startsMs }) => startsMs <= timeline.now());
  return {
    acme,
    scenario,
    timeline,
    metrics: {
      scrapeIntervalMs: SCRAPE_MS,
      series: () => [
        ...workloads.flatMap(({ service, revisions, behaviours }) =>
          serviceSeries(service, revisions, behaviours, timeline),
        ),
        ...acme.company.dependencies.flatMap((dependency) => dependencySeries(dependency, timeline, signals)),
        ...firing.map((alert) => alertSeries(alert, timeline)),
      ],
    },
    logs: new Map(
      workloads.map(({ service, revisions }) => [
        service.indexPrefix,
        { service, lines: createLogSource(service, revisions, scenario, timeline, random) },
      ]),
    ),
    cluster,
    clusters,
    repositories,
    alert() {
      const [first] = firing;
      if (scenario.alert) {
        return fillDeep(scenario.alert, (text) =>
          timeline.fill(text).replace(/\$\{pod:([a-z0-9-]+)\}/g, (_, service: string) => podOf(service)),
        );
      }
      if (!first) throw new AppError("bug", `The scenario ${scenario.name} has no alert.`);
      return slackMessage(first, false);
    },
    alerts: begun,
    rules: () => ruleGroups(acme, begun(), timeline.now()),
    message: (alert) => slackMessage(alert, alert.endsMs !== null && alert.endsMs <= timeline.now()),
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
