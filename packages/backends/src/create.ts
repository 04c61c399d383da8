import { createAwsHealth } from "./aws-health/client.ts";
import type { Backends } from "./backends.ts";
import { createGithub } from "./github/client.ts";
import { createHttp, type Http, type Logger } from "./http/index.ts";
import { createKubernetes } from "./kubernetes/client.ts";
import { createOpenSearch } from "./opensearch/client.ts";
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
        readonly headers?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Makes metric links lead to Grafana. */
  readonly grafana?: { readonly url: string } | undefined;
  readonly opensearch?:
    | {
        readonly url: string;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
        readonly dashboardsUrl?: string | undefined;
      }
    | undefined;
  /** Either one API server, or a kubeconfig whose contexts are the clusters, or both, or our own pod's. */
  readonly kubernetes?:
    | {
        readonly apiUrl?: string | undefined;
        readonly token?: string | undefined;
        /** The name of the cluster behind `apiUrl`; without it, it answers for any name. */
        readonly cluster?: string | undefined;
        readonly caFile?: string | undefined;
        readonly kubeconfig?: string | undefined;
        readonly inCluster?: boolean | undefined;
      }
    | undefined;
  /** Not configured without a token: unauthenticated GitHub allows 60 requests an hour. */
  readonly github?: { readonly apiUrl: string; readonly token?: string | undefined } | undefined;
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

/** All configured clients over one HTTP client. Throws not_configured for settings that cannot work. */
export function createBackends(
  config: BackendsConfig,
  { logger }: { logger?: Logger | undefined } = {},
): { backends: Backends; slack?: SlackBackend; close(): Promise<void> } {
  const http = createHttp({ logger });
  const { prometheus, opensearch, github, awsHealth, handlerUrlAllow, slack } = config;
  const backends: Backends = {
    metrics: prometheus && createPrometheus({ ...prometheus, grafanaUrl: config.grafana?.url, http }),
    logs: opensearch && createOpenSearch({ ...opensearch, http }),
    kubernetes: kubernetes(config.kubernetes, http),
    github: github?.token === undefined ? undefined : createGithub({ ...github, http }),
    awsHealth: awsHealth && createAwsHealth({ ...awsHealth, http }),
    resources: handlerUrlAllow.length === 0 ? undefined : createResourceApi({ allow: handlerUrlAllow, http }),
  };
  return { backends, ...(slack && { slack: createSlack({ ...slack, http }) }), close: http.close };
}

function kubernetes(config: BackendsConfig["kubernetes"], http: Http): Backends["kubernetes"] {
  if (config === undefined) return undefined;
  const { apiUrl, token, cluster, caFile, kubeconfig, inCluster } = config;
  if (apiUrl === undefined && kubeconfig === undefined && inCluster !== true) return undefined;
  const clusters = apiUrl === undefined ? [] : [{ name: cluster, url: apiUrl, token, caFile }];
  return createKubernetes({ clusters, kubeconfig, inCluster, http });
}
