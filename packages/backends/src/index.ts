export { type AlertmanagerOptions, createAlertmanager } from "./alertmanager/client.ts";
export type * from "./alertmanager/types.ts";
export { type ArgoCdOptions, createArgoCd } from "./argocd/client.ts";
export type * from "./argocd/types.ts";
export { type AwsHealthOptions, createAwsHealth } from "./aws-health/client.ts";
export type * from "./aws-health/types.ts";
export type * from "./backends.ts";
export { type BackendsConfig, type BackendsOptions, createBackends } from "./create.ts";
export { createGithub, type GithubOptions } from "./github/client.ts";
export type { GithubApp } from "./github/credentials.ts";
export { GITHUB_LIMITS } from "./github/limits.ts";
export type * from "./github/types.ts";
export {
  createHttp,
  createPool,
  type Http,
  type HttpOptions,
  type HttpRequest,
  type Logger,
  type RequestFacts,
} from "./http/index.ts";
export { createKubernetes } from "./kubernetes/client.ts";
export type { ClusterOptions, StaticCluster } from "./kubernetes/clusters.ts";
export { KUBERNETES_LIMITS } from "./kubernetes/limits.ts";
export type * from "./kubernetes/types.ts";
export { createLoki, type LokiOptions } from "./loki/client.ts";
export { createOpenSearch, type OpenSearchOptions } from "./opensearch/client.ts";
export type * from "./opensearch/types.ts";
export { createPrometheus, type PrometheusOptions } from "./prometheus/client.ts";
export { escapeRegex, type Matcher, quoteLabel, selector } from "./prometheus/promql.ts";
export type * from "./prometheus/types.ts";
export { createResourceApi, type ResourceApiOptions } from "./resource-api/client.ts";
export type * from "./resource-api/types.ts";
export { createSlack, type SlackOptions } from "./slack/client.ts";
export type * from "./slack/types.ts";
