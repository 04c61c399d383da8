import { AppError } from "@oncall/core";
import { type ConfigSources, readSettings } from "./config-settings.ts";
import type { Settings } from "./config-variables.ts";
import type { LogLevel } from "./logger.ts";
import { Secret } from "./secret.ts";

/** Everything the environment says, in slices that are handed to whom they concern. URLs have no slash at the end. */
export interface Config {
  readonly token?: Secret;
  readonly http: { readonly host: string; readonly port: number; readonly publicUrl: string };
  /** A running installation that commands should use instead of composing their own. */
  readonly oncallUrl?: string;
  readonly log: { readonly level: LogLevel };
  readonly database: { readonly url?: Secret; readonly dataDir: string };
  readonly queue: { readonly redisUrl?: Secret; readonly prefix: string };
  readonly worker: { readonly concurrency: number; readonly firstLookBudgetMs: number };
  readonly model: ModelConfig;
  readonly agent: AgentConfig;
  readonly slack?: SlackConfig;
  readonly github: {
    readonly token?: Secret;
    readonly app?: { readonly appId: string; readonly privateKey: Secret };
    readonly apiUrl: string;
    readonly webhookSecret?: Secret;
  };
  readonly backends: BackendsConfig;
}

export interface ModelConfig {
  readonly apiKey?: Secret;
  readonly baseUrl?: string;
  /** Model that diagnoses. */
  readonly model: string;
  readonly small: string;
  readonly specialist: string;
  readonly effort?: "low" | "medium" | "high" | "xhigh" | "max";
  /** US dollars per million tokens by model; in addition to the list prices. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly windowTokens: number;
  /** Before an endpoint that failed is tried again; doubles from there. */
  readonly retryPauseMs: number;
}

export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What one run of the agent may use, and what all of them may cost, in US dollars. */
export interface AgentConfig {
  /** Of further specialists. */
  readonly folder?: string;
  readonly limits: {
    readonly maxTurns: number;
    readonly wallMs: number;
    readonly maxInputTokensTotal: number;
  };
  readonly budgets: {
    readonly investigation: number;
    readonly service: number;
    readonly team: number;
    readonly day: number;
  };
}

export interface SlackConfig {
  readonly botToken: Secret;
  readonly signingSecret: Secret;
  readonly appToken?: Secret;
  /** Ends in a slash, as Slack's own client wants it. */
  readonly apiUrl: string;
  readonly opsChannel?: string;
  /** Of the line that shows the agent's progress; 0: there is none. */
  readonly progressIntervalMs: number;
}

export interface BackendsConfig {
  readonly prometheus?: {
    readonly url: string;
    readonly token?: Secret;
    readonly username?: string;
    readonly password?: Secret;
    readonly caFile?: string;
    /** By name; values may be secrets. */
    readonly headers?: Readonly<Record<string, Secret>>;
  };
  readonly alertmanager?: { readonly url: string; readonly token?: Secret };
  readonly loki?: {
    readonly url: string;
    readonly token?: Secret;
    readonly tenant?: string;
    readonly label: string;
  };
  readonly opensearch?: {
    readonly url: string;
    readonly username?: string;
    readonly password?: Secret;
    readonly apiKey?: Secret;
    readonly dashboardsUrl?: string;
  };
  /** One of `apiUrl` and `kubeconfig` is there; `apiUrl` goes first. Without `cluster` it serves every name. */
  readonly kubernetes?: {
    readonly apiUrl?: string;
    readonly token?: Secret;
    readonly caFile?: string;
    readonly cluster?: string;
    readonly kubeconfig?: string;
  };
  readonly argocd?: { readonly url: string; readonly token: Secret };
  readonly awsHealth?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: Secret;
    readonly sessionToken?: Secret;
    readonly endpoint?: string;
  };
  readonly grafana?: { readonly url: string };
  /** https host suffixes (`.internal.example`) and exact origins, lower case; empty allows nothing. */
  readonly handlerUrlAllow: readonly string[];
}

/** Reads the configuration once; throws one `invalid_input` that lists every problem, a line each. */
export function loadConfig(sources: ConfigSources): Config {
  const { settings, problems } = readSettings(sources);
  if (problems.length > 0) {
    throw new AppError("invalid_input", ["The configuration is not valid:", ...problems].join("\n  "));
  }
  return slice(settings);
}

function slice(s: Settings): Config {
  const port = s.PORT ?? 3000;
  return {
    ...secret("token", s.ONCALL_TOKEN),
    http: { host: s.HOST ?? "127.0.0.1", port, publicUrl: bare(s.PUBLIC_URL) ?? `http://localhost:${port}` },
    ...given("oncallUrl", bare(s.ONCALL_URL)),
    log: { level: s.LOG_LEVEL ?? "info" },
    database: { ...secret("url", s.DATABASE_URL), dataDir: s.ONCALL_DATA_DIR ?? ".oncall" },
    queue: { ...secret("redisUrl", s.REDIS_URL), prefix: s.QUEUE_PREFIX ?? "oncall" },
    worker: { concurrency: s.WORKER_CONCURRENCY ?? 8, firstLookBudgetMs: s.FIRST_LOOK_BUDGET_MS ?? 2_000 },
    model: model(s),
    agent: {
      ...given("folder", s.AGENTS_DIR),
      limits: {
        maxTurns: s.AGENT_MAX_TURNS ?? 12,
        wallMs: (s.AGENT_MAX_SECONDS ?? 180) * 1000,
        maxInputTokensTotal: s.AGENT_MAX_TOKENS ?? 300_000,
      },
      budgets: {
        investigation: s.AGENT_MAX_USD ?? 1,
        service: s.AGENT_USD_PER_SERVICE_DAY ?? 20,
        team: s.AGENT_USD_PER_TEAM_DAY ?? 50,
        day: s.AGENT_USD_PER_DAY ?? 100,
      },
    },
    ...given("slack", slack(s)),
    github: {
      ...secret("token", s.GITHUB_TOKEN),
      ...(s.GITHUB_APP_ID &&
        s.GITHUB_APP_PRIVATE_KEY && {
          app: {
            appId: s.GITHUB_APP_ID,
            privateKey: new Secret(s.GITHUB_APP_PRIVATE_KEY.replaceAll("\\n", "\n")),
          },
        }),
      apiUrl: bare(s.GITHUB_API_URL) ?? "https://api.github.com",
      ...secret("webhookSecret", s.GITHUB_WEBHOOK_SECRET),
    },
    backends: backends(s),
  };
}

function model(s: Settings): ModelConfig {
  const name = s.ANTHROPIC_MODEL ?? "claude-opus-5-5";
  // Another endpoint than Anthropic's own need not know Anthropic's other models.
  const other = (preset: string): string => (s.ANTHROPIC_BASE_URL === undefined ? preset : name);
  return {
    ...secret("apiKey", s.ANTHROPIC_API_KEY),
    ...given("baseUrl", bare(s.ANTHROPIC_BASE_URL)),
    model: name,
    small: s.ANTHROPIC_SMALL_MODEL ?? other("claude-haiku-5-5"),
    specialist: s.ANTHROPIC_SPECIALIST_MODEL ?? other("claude-sonnet-5-5"),
    ...given("effort", s.MODEL_EFFORT),
    prices: prices(s.MODEL_PRICES ?? ""),
    windowTokens: s.MODEL_WINDOW_TOKENS ?? 200_000,
    retryPauseMs: (s.MODEL_RETRY_SECONDS ?? 30) * 1000,
  };
}

/** `model=input/output/cache read/cache write; …` by model; the pattern has checked the shape. */
function prices(list: string): Record<string, ModelPrice> {
  const entries = list.split(";").filter((entry) => entry.trim() !== "");
  return Object.fromEntries(
    entries.map((entry) => {
      const [name = "", amounts = ""] = entry.split("=");
      const [input = 0, output = 0, cacheRead = 0, cacheWrite = 0] = amounts.split("/").map(Number);
      return [name.trim(), { input, output, cacheRead, cacheWrite }];
    }),
  );
}

function slack(s: Settings): SlackConfig | undefined {
  if (s.SLACK_BOT_TOKEN === undefined || s.SLACK_SIGNING_SECRET === undefined) return undefined;
  return {
    botToken: new Secret(s.SLACK_BOT_TOKEN),
    signingSecret: new Secret(s.SLACK_SIGNING_SECRET),
    ...secret("appToken", s.SLACK_APP_TOKEN),
    apiUrl: `${bare(s.SLACK_API_URL) ?? "https://slack.com/api"}/`,
    ...given("opsChannel", s.SLACK_OPS_CHANNEL),
    progressIntervalMs: (s.SLACK_PROGRESS_SECONDS ?? 3) * 1_000,
  };
}

function backends(s: Settings): BackendsConfig {
  const prometheus = bare(s.PROMETHEUS_URL);
  const opensearch = bare(s.OPENSEARCH_URL);
  const alertmanager = bare(s.ALERTMANAGER_URL);
  const loki = bare(s.LOKI_URL);
  const argocd = bare(s.ARGOCD_URL);
  const grafana = bare(s.GRAFANA_URL);
  return {
    ...(prometheus && {
      prometheus: {
        url: prometheus,
        ...secret("token", s.PROMETHEUS_TOKEN),
        ...given("username", s.PROMETHEUS_USERNAME),
        ...secret("password", s.PROMETHEUS_PASSWORD),
        ...given("caFile", s.PROMETHEUS_CA_FILE),
        ...given("headers", headers(s.PROMETHEUS_HEADERS)),
      },
    }),
    ...(alertmanager && { alertmanager: { url: alertmanager, ...secret("token", s.ALERTMANAGER_TOKEN) } }),
    ...(loki && {
      loki: {
        url: loki,
        ...secret("token", s.LOKI_TOKEN),
        ...given("tenant", s.LOKI_TENANT),
        label: s.LOKI_LABEL ?? "service_name",
      },
    }),
    ...(opensearch && {
      opensearch: {
        url: opensearch,
        ...given("username", s.OPENSEARCH_USERNAME),
        ...secret("password", s.OPENSEARCH_PASSWORD),
        ...secret("apiKey", s.OPENSEARCH_API_KEY),
        ...given("dashboardsUrl", bare(s.OPENSEARCH_DASHBOARDS_URL)),
      },
    }),
    ...((s.KUBERNETES_API_URL ?? s.KUBECONFIG) && {
      kubernetes: {
        ...given("apiUrl", bare(s.KUBERNETES_API_URL)),
        ...secret("token", s.KUBERNETES_TOKEN),
        ...given("caFile", s.KUBERNETES_CA_FILE),
        ...given("cluster", s.KUBERNETES_CLUSTER),
        ...given("kubeconfig", s.KUBECONFIG),
      },
    }),
    ...(argocd && s.ARGOCD_TOKEN && { argocd: { url: argocd, token: new Secret(s.ARGOCD_TOKEN) } }),
    ...(s.AWS_ACCESS_KEY_ID &&
      s.AWS_SECRET_ACCESS_KEY && {
        awsHealth: {
          accessKeyId: s.AWS_ACCESS_KEY_ID,
          secretAccessKey: new Secret(s.AWS_SECRET_ACCESS_KEY),
          ...secret("sessionToken", s.AWS_SESSION_TOKEN),
          ...given("endpoint", bare(s.AWS_ENDPOINT_URL_HEALTH)),
        },
      }),
    ...(grafana && { grafana: { url: grafana } }),
    handlerUrlAllow: (s.HANDLER_URL_ALLOW ?? []).map((entry) => entry.toLowerCase()),
  };
}

/** `{ [key]: value }`, or nothing: absent keys, not undefined ones. */
function given<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}

function secret<K extends string>(key: K, value: string | undefined): { [P in K]?: Secret } {
  return given(key, value === undefined ? undefined : new Secret(value));
}

/** `Name: value; Name: value` by name; the pattern has checked the shape. */
function headers(list: string | undefined): Record<string, Secret> | undefined {
  if (list === undefined) return undefined;
  const pairs = list.split(";").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => [
      pair.slice(0, pair.indexOf(":")).trim(),
      new Secret(pair.slice(pair.indexOf(":") + 1).trim()),
    ]),
  );
}

function bare(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, "");
}
