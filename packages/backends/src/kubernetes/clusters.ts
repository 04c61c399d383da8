import type { RequestOptions } from "node:https";
import { delimiter } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { AppError, nearestNames } from "@oncall/core";
import type { Dispatcher } from "undici";
import {
  agentsByTls,
  type BaseUrl,
  baseUrl,
  basicAuth,
  bearerAuth,
  type Http,
  readCa,
} from "../http/index.ts";

export interface StaticCluster {
  /** Absent where there is but one cluster, which then answers for any name. */
  readonly name?: string | undefined;
  readonly url: string;
  readonly token?: string | undefined;
  /** PEM file of the API server's CA; the system's own otherwise. */
  readonly caFile?: string | undefined;
}

export interface InCluster {
  readonly name?: string | undefined;
  /** Below it lies `/var/run/secrets/kubernetes.io/serviceaccount`; the file system's own root unless set. */
  readonly root?: string | undefined;
}

export interface ClusterOptions {
  readonly clusters?: readonly StaticCluster[] | undefined;
  /** Path of a kubeconfig, or several as in `KUBECONFIG`. Each context is a cluster by the context's name. */
  readonly kubeconfig?: string | undefined;
  /** The service account of the pod that we run in; without a name it answers for any. */
  readonly inCluster?: InCluster | undefined;
  readonly http: Http;
}

/** How to reach one API server just now: tokens and client certificates of exec plugins change. */
export interface Connection {
  readonly base: BaseUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher?: Dispatcher | undefined;
}

export interface Cluster {
  readonly name: string | undefined;
  /** Further names that mean it, such as the kubeconfig's cluster behind the context. */
  readonly aliases: readonly string[];
  connect(): Promise<Connection>;
}

/** The configured clusters. Throws not_configured when a kubeconfig cannot be read. */
export function configuredClusters(options: ClusterOptions): Cluster[] {
  const fixed = (options.clusters ?? []).map((cluster) => staticCluster(cluster, options.http));
  const inCluster = options.inCluster === undefined ? [] : [serviceAccount(options.inCluster, options.http)];
  const contexts = options.kubeconfig === undefined ? [] : contextsOf(options.kubeconfig, options.http);
  const all = [...fixed, ...inCluster, ...contexts];
  if (all.length > 1 && all.some((cluster) => cluster.name === undefined)) {
    throw new AppError(
      "not_configured",
      "Several Kubernetes clusters are configured and one has no name; name it, so that service.yaml can tell them apart.",
    );
  }
  return all;
}

/** The cluster that answers to `name`. */
export function findCluster(clusters: readonly Cluster[], name: string): Cluster {
  const found =
    clusters.find((cluster) => cluster.name === name || cluster.name === undefined) ??
    clusters.find((cluster) => cluster.aliases.includes(name));
  if (found !== undefined) return found;
  const known = clusters.flatMap((cluster) => cluster.name ?? []);
  const near = nearestNames(name, known);
  throw new AppError(
    "not_configured",
    `No Kubernetes cluster is configured under the name "${name}"; known: ${known.join(", ") || "none"}.${
      near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`
    }`,
  );
}

function staticCluster({ name, url, token, caFile }: StaticCluster, http: Http): Cluster {
  const base = baseUrl(systemName(name), url);
  const headers = { ...base.headers, ...(token === undefined ? {} : bearerAuth(token)) };
  const agents = agentsByTls(http);
  return {
    name,
    aliases: [],
    connect: async () => ({
      base,
      headers,
      dispatcher: caFile === undefined ? undefined : agents({ ca: await readCa(systemName(name), caFile) }),
    }),
  };
}

function contextsOf(paths: string, http: Http): Cluster[] {
  const merged = new KubeConfig();
  try {
    for (const [index, path] of paths.split(delimiter).filter(Boolean).entries()) {
      const config = new KubeConfig();
      config.loadFromFile(path);
      if (index === 0) merged.loadFromOptions(config);
      else merged.mergeConfig(config, true);
    }
  } catch (cause) {
    throw new AppError("not_configured", `The kubeconfig ${paths} cannot be read; correct KUBECONFIG.`, {
      cause,
    });
  }
  return merged.contexts.flatMap((context) => {
    const server = merged.getCluster(context.cluster);
    if (server === null) return [];
    const user = merged.getUser(context.user) ?? { name: context.user };
    const single = new KubeConfig();
    // Its HTTPS helper refuses plain http unless there is no TLS to verify, which is so with plain http.
    const plain = server.server.startsWith("http:");
    single.loadFromClusterAndUser(plain ? { ...server, skipTLSVerify: true } : server, user);
    return [kubeConfigCluster(single, context.name, [context.cluster], http)];
  });
}

function serviceAccount({ name, root = "" }: InCluster, http: Http): Cluster {
  if (process.env.KUBERNETES_SERVICE_HOST === undefined) {
    throw new AppError(
      "not_configured",
      "The in-cluster Kubernetes configuration works in a pod only (KUBERNETES_SERVICE_HOST is not set); give KUBERNETES_API_URL or KUBECONFIG instead.",
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return kubeConfigCluster(config, name, [], http);
}

function kubeConfigCluster(
  config: KubeConfig,
  name: string | undefined,
  aliases: readonly string[],
  http: Http,
): Cluster {
  const base = baseUrl(systemName(name), config.getCurrentCluster()?.server ?? "");
  const agents = agentsByTls(http);
  return {
    name,
    aliases,
    async connect() {
      const tls: RequestOptions = {};
      try {
        await config.applyToHTTPSOptions(tls);
      } catch (cause) {
        throw new AppError(
          "unauthenticated",
          `The kubeconfig's credentials for ${systemName(name)} could not be obtained; run its login or exec plugin by hand.`,
          { cause },
        );
      }
      const [username, ...password] = (tls.auth ?? "").split(":");
      const headers = {
        ...base.headers,
        ...(username === undefined || username === "" ? {} : basicAuth(username, password.join(":"))),
        ...flatten(tls.headers),
      };
      // Plain http has no TLS settings, and needs no pool of its own.
      return { base, headers, dispatcher: base.at("").protocol === "http:" ? undefined : agents(tls) };
    },
  };
}

export function systemName(name: string | undefined): string {
  return name === undefined ? "Kubernetes" : `Kubernetes (${name})`;
}

function flatten(headers: RequestOptions["headers"]): Record<string, string> {
  if (headers === undefined || Array.isArray(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), String(value)]],
    ),
  );
}
