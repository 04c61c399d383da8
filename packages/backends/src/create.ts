import { type AlertmanagerOptions, createAlertmanager } from "./alertmanager/client.ts";
import { type ArgoCdOptions, createArgoCd } from "./argocd/client.ts";
import { type AwsHealthOptions, createAwsHealth } from "./aws-health/client.ts";
import type { Backends } from "./backends.ts";
import { createGithub, type GithubOptions } from "./github/client.ts";
import { createHttp, type Http, type HttpOptions, type Logger, type RequestFacts } from "./http/index.ts";
import { createKubernetes } from "./kubernetes/client.ts";
import { createLoki, type LokiOptions } from "./loki/client.ts";
import { createOpenSearch, type OpenSearchOptions } from "./opensearch/client.ts";
import type { LogQuery, LogsBackend } from "./opensearch/types.ts";
import { createPrometheus, type PrometheusOptions } from "./prometheus/client.ts";
import { createResourceApi } from "./resource-api/client.ts";
import { createSlack, type SlackOptions } from "./slack/client.ts";
import type { SlackBackend } from "./slack/types.ts";

/** What a client is told of its system; what all of them share comes from here. */
type Settings<T> = Omit<T, "http" | "logger" | "grafanaUrl">;

/** What each client needs; a section that is absent is a backend that is not configured. Secrets are plain here. */
export interface BackendsConfig {
  readonly prometheus?: Settings<PrometheusOptions> | undefined;
  readonly alertmanager?: Settings<AlertmanagerOptions> | undefined;
  /** Makes the links of metrics and of Loki lead to Grafana. */
  readonly grafana?: { readonly url: string } | undefined;
  readonly opensearch?: Settings<OpenSearchOptions> | undefined;
  /** Beside OpenSearch, it serves the services that have no index. */
  readonly loki?: Settings<LokiOptions> | undefined;
  /** Either one API server, or a kubeconfig whose contexts are the clusters, or both, or our own pod's. */
  readonly kubernetes?:
    | {
        readonly apiUrl?: string | undefined;
        readonly token?: string | undefined;
        /** The name of the cluster behind `apiUrl`, or of our own pod's; without it, it answers for any name. */
        readonly cluster?: string | undefined;
        readonly caFile?: string | undefined;
        readonly kubeconfig?: string | undefined;
        readonly inCluster?: boolean | undefined;
      }
    | undefined;
  /** Not configured without a token or an App: unauthenticated GitHub allows 60 requests an hour. */
  readonly github?: Settings<GithubOptions> | undefined;
  readonly argocd?: Settings<ArgoCdOptions> | undefined;
  readonly awsHealth?: Settings<AwsHealthOptions> | undefined;
  /** Empty: no resource APIs are asked. */
  readonly handlerUrlAllow: readonly string[];
  readonly slack?: Settings<SlackOptions> | undefined;
}

export interface BackendsOptions {
  /** Connections that outlive these clients, from `createPool`; their own unless given. */
  readonly pool?: HttpOptions["pool"];
  readonly logger?: Logger | undefined;
  /** For metrics: called once for each attempt and for each answer from the cache. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
}

/** All configured clients over one HTTP client. Throws not_configured for settings that cannot work. */
export function createBackends(
  config: BackendsConfig,
  { pool, logger, onRequest }: BackendsOptions = {},
): { backends: Backends; slack?: SlackBackend; close(): Promise<void> } {
  const http = createHttp({ pool, logger, onRequest });
  const { prometheus, alertmanager, github, argocd, awsHealth, handlerUrlAllow, slack } = config;
  const backends: Backends = {
    metrics: prometheus && createPrometheus({ ...prometheus, grafanaUrl: config.grafana?.url, http, logger }),
    logs: logs(config, http),
    kubernetes: kubernetes(config.kubernetes, http),
    github:
      github?.token === undefined && github?.app === undefined
        ? undefined
        : createGithub({ ...github, http }),
    argocd: argocd && createArgoCd({ ...argocd, http }),
    alertmanager: alertmanager && createAlertmanager({ ...alertmanager, http }),
    awsHealth: awsHealth && createAwsHealth({ ...awsHealth, http }),
    resources: handlerUrlAllow.length === 0 ? undefined : createResourceApi({ allow: handlerUrlAllow, http }),
  };
  return { backends, ...(slack && { slack: createSlack({ ...slack, http }) }), close: http.close };
}

/** OpenSearch knows indices, Loki services: where both are there, a service without an index is Loki's. */
function logs({ opensearch, loki, grafana }: BackendsConfig, http: Http): LogsBackend | undefined {
  const byIndex = opensearch && createOpenSearch({ ...opensearch, http });
  const byService = loki && createLoki({ ...loki, grafanaUrl: grafana?.url, http });
  if (byIndex === undefined || byService === undefined) return byIndex ?? byService;
  const of = ({ index = "" }: LogQuery) => (index.trim() === "" ? byService : byIndex);
  return {
    needsIndex: false,
    search: (query, signal) => of(query).search(query, signal),
    link: (query) => of(query).link(query),
    place: (query) => of(query).place(query),
  };
}

function kubernetes(config: BackendsConfig["kubernetes"], http: Http): Backends["kubernetes"] {
  if (config === undefined) return undefined;
  const { apiUrl, token, cluster, caFile, kubeconfig, inCluster } = config;
  if (apiUrl === undefined && kubeconfig === undefined && inCluster !== true) return undefined;
  const clusters = apiUrl === undefined ? [] : [{ name: cluster, url: apiUrl, token, caFile }];
  return createKubernetes({
    clusters,
    kubeconfig,
    inCluster: inCluster === true ? { name: cluster } : undefined,
    http,
  });
}
