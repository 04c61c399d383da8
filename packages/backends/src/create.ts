import { createAlertmanager } from "./alertmanager/client.ts";
import { createArgoCd } from "./argocd/client.ts";
import { createAwsHealth } from "./aws-health/client.ts";
import type { Backends } from "./backends.ts";
import { createGithub } from "./github/client.ts";
import type { GithubApp } from "./github/credentials.ts";
import { createHttp, type Http, type Logger, type RequestFacts } from "./http/index.ts";
import { createKubernetes } from "./kubernetes/client.ts";
import { createLoki } from "./loki/client.ts";
import { createOpenSearch } from "./opensearch/client.ts";
import type { LogsBackend } from "./opensearch/types.ts";
import { createPrometheus } from "./prometheus/client.ts";
import { createResourceApi } from "./resource-api/client.ts";
import { createSlack } from "./slack/client.ts";
import type { SlackBackend } from "./slack/types.ts";

/** What each client needs; a section that is absent is a backend that is not configured. Secrets are plain here. */
export interface BackendsConfig {
  readonly prometheus?:
    | {
        readonly url: string;
        readonly token?: string | undefined;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
        /** Such as the tenant's `X-Scope-OrgID` of Mimir. */
        readonly headers?: Readonly<Record<string, string>> | undefined;
        readonly caFile?: string | undefined;
        readonly partialResponse?: boolean | undefined;
      }
    | undefined;
  readonly alertmanager?:
    | {
        readonly url: string;
        readonly token?: string | undefined;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
      }
    | undefined;
  /** Makes the links of metrics and of Loki lead to Grafana. */
  readonly grafana?: { readonly url: string } | undefined;
  readonly opensearch?:
    | {
        readonly url: string;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
        /** Elasticsearch's. */
        readonly apiKey?: string | undefined;
        readonly dashboardsUrl?: string | undefined;
      }
    | undefined;
  /** Beside OpenSearch, it serves the services that have no index. */
  readonly loki?:
    | {
        readonly url: string;
        readonly token?: string | undefined;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
        readonly tenant?: string | undefined;
        /** The label that holds the service's name; `service_name`. */
        readonly label?: string | undefined;
      }
    | undefined;
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
  readonly github?:
    | {
        readonly apiUrl: string;
        readonly token?: string | undefined;
        /** Takes precedence over the token. */
        readonly app?: GithubApp | undefined;
      }
    | undefined;
  readonly argocd?: { readonly url: string; readonly token: string } | undefined;
  readonly awsHealth?:
    | {
        readonly endpoint?: string | undefined;
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken?: string | undefined;
      }
    | undefined;
  /** Empty: no resource APIs are asked. */
  readonly handlerUrlAllow: readonly string[];
  readonly slack?: { readonly token: string; readonly apiUrl: string } | undefined;
}

export interface BackendsOptions {
  readonly logger?: Logger | undefined;
  /** For metrics: called once for each attempt and for each answer from the cache. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
}

/** All configured clients over one HTTP client. Throws not_configured for settings that cannot work. */
export function createBackends(
  config: BackendsConfig,
  { logger, onRequest }: BackendsOptions = {},
): { backends: Backends; slack?: SlackBackend; close(): Promise<void> } {
  const http = createHttp({ logger, onRequest });
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
  const of = (index: string) => (index.trim() === "" ? byService : byIndex);
  return {
    search: (query, signal) => of(query.index).search(query, signal),
    link: (query) => of(query.index).link(query),
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
