import type { Static } from "typebox";
import type { serviceYamlSchema } from "./schema.ts";
import type { Dependency, LogPattern, ResourceKind, ServiceDefinition } from "./types.ts";

type ServiceYaml = Static<typeof serviceYamlSchema>;

/** A valid service.yaml in the catalog's words, its defaults filled in; absent stays absent. */
export function toDefinition(yaml: ServiceYaml): ServiceDefinition {
  const { observability = {}, deployment = {}, automation = {} } = yaml;
  return {
    name: yaml.name,
    team: yaml.team,
    slackChannel: yaml.slack_channel,
    pagerAlias: yaml.pager_alias,
    ...given({ description: yaml.description, language: yaml.language }),
    aliases: yaml.aliases ?? [],
    dependencies: (yaml.dependencies ?? []).map(toDependency),
    resources: (yaml.resources ?? []).map(toResource),
    observability: {
      ...given({
        grafanaUid: observability.grafana_uid,
        opensearchIndex: observability.opensearch_index,
        prometheusJob: observability.prometheus_job,
      }),
      logPatterns: (observability.log_patterns ?? []).map(toLogPattern),
    },
    deployment: given({
      kubernetes: deployment.kubernetes && {
        cluster: deployment.kubernetes.cluster,
        namespace: deployment.kubernetes.namespace,
        workload: deployment.kubernetes.workload,
      },
      argocdApp: deployment.argocd_app,
      environment: deployment.environment,
    }),
    runbooks: yaml.runbooks ?? [],
    automation: {
      allowedActions: automation.allowed_actions ?? [],
      requiresApproval: automation.requires_approval ?? [],
    },
  };
}

function toDependency(yaml: NonNullable<ServiceYaml["dependencies"]>[number]): Dependency {
  return {
    name: yaml.name,
    type: yaml.type,
    critical: yaml.critical ?? false,
    awsHosted: yaml.aws_hosted ?? yaml.type === "aws",
    ...given({
      awsService: yaml.aws_service,
      awsRegion: yaml.aws_region,
      healthEndpoint: yaml.health_endpoint,
      description: yaml.description,
    }),
  };
}

function toResource(yaml: NonNullable<ServiceYaml["resources"]>[number]): ResourceKind {
  return {
    pattern: yaml.pattern,
    type: yaml.type,
    ...given({ description: yaml.description, handlerUrl: yaml.handler_url }),
  };
}

type YamlLogPattern = NonNullable<NonNullable<ServiceYaml["observability"]>["log_patterns"]>[number];

function toLogPattern(yaml: YamlLogPattern): LogPattern {
  return {
    name: yaml.name,
    pattern: yaml.pattern,
    severity: yaml.severity,
    ...given({ description: yaml.description, runbookUrl: yaml.runbook_url }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same object without the keys that are undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
