import { type Static, Type } from "typebox";
import { dollars, integer, secret, storeUrl, text, url, type Variable, variable } from "./config-kinds.ts";

const efforts = ["low", "medium", "high", "xhigh", "max"] as const;
const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Every setting there is; the order is that of the documents. */
export const variables = {
  ONCALL_TOKEN: variable(
    "http.token",
    "Bearer token that callers of the API and of MCP must show. Unset: those routes answer 401; `oncall up` makes one and prints it.",
    Type.String({ minLength: 8, pattern: "^[\\x21-\\x7e]+$" }),
    "at least 8 printable characters without spaces",
    { secret: true },
  ),
  HOST: text("http.host", "Address the API listens on; `0.0.0.0` in a container.", { default: "127.0.0.1" }),
  PORT: integer("http.port", "Port the API listens on; 0 takes any free one.", 0, 65_535, 3000),
  PUBLIC_URL: url(
    "http.public_url",
    "Where people reach the API, for links. Unset: `http://localhost:PORT`.",
  ),
  ONCALL_URL: url(
    "http.oncall_url",
    "A running On-Call Assistant; `oncall mcp` and the other commands use it instead of composing their own.",
  ),
  LOG_LEVEL: variable(
    "log.level",
    `Least severity that is logged: ${levels.join(", ")}.`,
    Type.Union(levels.map((level) => Type.Literal(level))),
    `one of ${levels.join(", ")}`,
    { default: "info" },
  ),

  DATABASE_URL: storeUrl(
    "database.url",
    "PostgreSQL 14 or newer. Unset: an embedded one below `ONCALL_DATA_DIR`.",
    "postgres|postgresql",
    "postgres://oncall:password@db.example:5432/oncall",
  ),
  ONCALL_DATA_DIR: text("database.data_dir", "Where the embedded Postgres keeps its data.", {
    default: ".oncall",
  }),
  REDIS_URL: storeUrl(
    "queue.redis_url",
    "Redis 6.2 or newer with `maxmemory-policy noeviction`, for the job queue. Unset: the queue lives in Postgres.",
    "redis|rediss",
    "redis://redis.example:6379",
  ),
  QUEUE_PREFIX: variable(
    "queue.prefix",
    "Separates installations that share a Redis or a database.",
    Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,39}$" }),
    "1 to 40 lower-case letters, digits, - or _",
    { default: "oncall" },
  ),
  WORKER_CONCURRENCY: integer("worker.concurrency", "Jobs that one worker runs at a time.", 1, 100, 8),
  FIRST_LOOK_BUDGET_MS: integer(
    "worker.first_look_budget_ms",
    "Milliseconds that collecting evidence for the first look may take.",
    100,
    5_000,
    2_000,
  ),

  ANTHROPIC_API_KEY: secret(
    "model.api_key",
    "Key for the diagnosis. Unset: first looks only, and they say so.",
  ),
  ANTHROPIC_BASE_URL: url(
    "model.base_url",
    "A gateway or self-hosted model that speaks the Messages API. Unset: Anthropic's own.",
  ),
  ANTHROPIC_MODEL: text("model.name", "Model that diagnoses.", { default: "claude-opus-5-5" }),
  ANTHROPIC_SMALL_MODEL: text(
    "model.small_name",
    "Model for lookups and summaries. Unset: `claude-haiku-5-5`; with `ANTHROPIC_BASE_URL` the model that diagnoses.",
  ),
  ANTHROPIC_SPECIALIST_MODEL: text(
    "model.specialist_name",
    "Model of the specialists that a diagnosis delegates to. Unset: `claude-sonnet-5-5`; with `ANTHROPIC_BASE_URL` the model that diagnoses.",
  ),
  MODEL_EFFORT: variable(
    "model.effort",
    `How much the model thinks: ${efforts.join(", ")}. Unset: as the model does by itself.`,
    Type.Union(efforts.map((effort) => Type.Literal(effort))),
    `one of ${efforts.join(", ")}`,
  ),
  MODEL_PRICES: variable(
    "model.prices",
    "US dollars per million tokens, input/output/cache read/cache write, of models whose list price is not known or not yours; several are separated by `;`.",
    Type.String({
      pattern:
        "^\\s*[^\\s=;]+\\s*=\\s*\\d+(?:\\.\\d+)?(?:/\\d+(?:\\.\\d+)?){3}\\s*(?:;\\s*[^\\s=;]+\\s*=\\s*\\d+(?:\\.\\d+)?(?:/\\d+(?:\\.\\d+)?){3}\\s*)*;?\\s*$",
    }),
    "a list such as my-model=3/15/0.3/3.75; other-model=1/5/0.1/1.25",
  ),
  MODEL_WINDOW_TOKENS: integer(
    "model.window_tokens",
    "Tokens that the models can read at once; old results are left out long before.",
    8_000,
    2_000_000,
    200_000,
  ),
  MODEL_RETRY_SECONDS: integer(
    "model.retry_seconds",
    "Seconds before a model that failed three times in a row, or whose key is refused, is tried again; twice as long each time, up to 15 minutes.",
    1,
    900,
    30,
  ),

  AGENTS_DIR: text(
    "agent.folder",
    "Folder of further specialists, Markdown files like those in `agents/`. Unset: those alone.",
  ),
  AGENT_MAX_TURNS: integer("agent.max_turns", "Model calls of one diagnosis or answer.", 1, 100, 12),
  AGENT_MAX_SECONDS: integer("agent.max_seconds", "Seconds that one of them may take.", 5, 3_600, 180),
  AGENT_MAX_TOKENS: integer(
    "agent.max_tokens",
    "Tokens that one of them may send, cached ones included.",
    1_000,
    50_000_000,
    300_000,
  ),
  AGENT_MAX_USD: dollars("agent.max_usd", "US dollars that one investigation may cost.", 1),
  AGENT_USD_PER_SERVICE_DAY: dollars(
    "agent.usd_per_service_day",
    "US dollars a day for the alerts and questions of one service.",
    20,
  ),
  AGENT_USD_PER_TEAM_DAY: dollars(
    "agent.usd_per_team_day",
    "US dollars a day for all services of one team.",
    50,
  ),
  AGENT_USD_PER_DAY: dollars(
    "agent.usd_per_day",
    "US dollars a day in all. When a budget is spent, first looks go on alone and say so.",
    100,
  ),

  SLACK_BOT_TOKEN: secret(
    "slack.bot_token",
    "Bot token (`xoxb-…`) with `chat:write`, `channels:history`, `commands`.",
  ),
  SLACK_SIGNING_SECRET: secret(
    "slack.signing_secret",
    "Signing secret of the Slack app; verifies what Slack sends.",
  ),
  SLACK_APP_TOKEN: secret("slack.app_token", "App-level token (`xapp-…`), for Socket Mode."),
  SLACK_API_URL: url("slack.api_url", "The Slack Web API.", { default: "https://slack.com/api/" }),
  SLACK_OPS_CHANNEL: text(
    "slack.ops_channel",
    "Channel (its id) for notices about the assistant itself, such as a model that fails. Unset: they go into the thread of an incident concerned.",
  ),
  SLACK_PROGRESS_SECONDS: integer(
    "slack.progress_seconds",
    "How often the line that says what the model is doing may change, and after how long it first appears; 0: no such line.",
    0,
    600,
    3,
  ),

  GITHUB_TOKEN: secret("github.token", "Reads `service.yaml` files and commits; writes commit statuses."),
  GITHUB_APP_ID: text("github.app_id", "A GitHub App instead of `GITHUB_TOKEN`, with its private key."),
  GITHUB_APP_PRIVATE_KEY: variable(
    "github.app_private_key",
    "The GitHub App's private key, PEM; `\\n` stands for a line end.",
    Type.String({ minLength: 1 }),
    "a PEM key",
    { secret: true },
  ),
  GITHUB_API_URL: url("github.api_url", "The GitHub REST API; change it for GitHub Enterprise.", {
    default: "https://api.github.com",
  }),
  GITHUB_WEBHOOK_SECRET: secret("github.webhook_secret", "Verifies what GitHub posts to `/webhooks/github`."),

  PROMETHEUS_URL: url("prometheus.url", "Metrics."),
  PROMETHEUS_TOKEN: secret("prometheus.token", "Bearer token for Prometheus."),
  PROMETHEUS_USERNAME: text("prometheus.username", "User for Prometheus, with `PROMETHEUS_PASSWORD`."),
  PROMETHEUS_PASSWORD: secret("prometheus.password", "Password for Prometheus."),
  PROMETHEUS_CA_FILE: text("prometheus.ca_file", "PEM file with the certificate authority of Prometheus."),
  PROMETHEUS_HEADERS: variable(
    "prometheus.headers",
    "Headers sent along, such as `X-Scope-OrgID: payments` for a tenant of Mimir or Thanos; several are separated by `;`.",
    Type.String({ pattern: "^\\s*[A-Za-z0-9-]+:[^;]*(?:;\\s*[A-Za-z0-9-]+:[^;]*)*;?\\s*$" }),
    "a list such as X-Scope-OrgID: payments; X-Other: value",
    { secret: true },
  ),
  ALERTMANAGER_URL: url("alertmanager.url", "Alertmanager, for what fires now."),
  ALERTMANAGER_TOKEN: secret("alertmanager.token", "Bearer token for Alertmanager."),
  LOKI_URL: url("loki.url", "Logs, in Loki."),
  LOKI_TOKEN: secret("loki.token", "Bearer token for Loki."),
  LOKI_TENANT: text("loki.tenant", "Tenant of Loki, sent as `X-Scope-OrgID`."),
  LOKI_LABEL: text("loki.label", "Label that bears a service's name.", { default: "service_name" }),
  OPENSEARCH_URL: url("opensearch.url", "Logs, in OpenSearch or Elasticsearch."),
  OPENSEARCH_USERNAME: text("opensearch.username", "User for OpenSearch, with `OPENSEARCH_PASSWORD`."),
  OPENSEARCH_PASSWORD: secret("opensearch.password", "Password for OpenSearch."),
  OPENSEARCH_API_KEY: secret(
    "opensearch.api_key",
    "API key for Elasticsearch, instead of user and password.",
  ),
  OPENSEARCH_DASHBOARDS_URL: url("opensearch.dashboards_url", "OpenSearch Dashboards or Kibana, for links."),
  KUBERNETES_API_URL: url("kubernetes.api_url", "The Kubernetes API. Unset: `KUBECONFIG`, or none."),
  KUBERNETES_TOKEN: secret(
    "kubernetes.token",
    "Bearer token of a service account that may read pods and events.",
  ),
  KUBERNETES_CA_FILE: text(
    "kubernetes.ca_file",
    "PEM file with the certificate authority of the API server.",
  ),
  KUBERNETES_CLUSTER: text(
    "kubernetes.cluster",
    "Name of that cluster, as `deployment.kubernetes.cluster` in service.yaml has it. Unset: it serves every name.",
  ),
  KUBECONFIG: text("kubernetes.kubeconfig", "A kubeconfig file; its contexts are the clusters' names."),
  ARGOCD_URL: url("argocd.url", "Argo CD, for deployments."),
  ARGOCD_TOKEN: secret("argocd.token", "Token of a read-only Argo CD account."),
  GRAFANA_URL: url("grafana.url", "Grafana, for links to dashboards."),
  AWS_ACCESS_KEY_ID: text("aws.access_key_id", "AWS access key for AWS Health (`health:Describe*`)."),
  AWS_SECRET_ACCESS_KEY: secret("aws.secret_access_key", "AWS secret key."),
  AWS_SESSION_TOKEN: secret("aws.session_token", "AWS session token, with temporary keys."),
  AWS_ENDPOINT_URL_HEALTH: url("aws.health_endpoint", "AWS Health endpoint. Unset: AWS's own."),
  HANDLER_URL_ALLOW: variable(
    "resources.handler_url_allow",
    "What `handler_url` and `health_endpoint` in service.yaml may point at: comma separated https host suffixes (`.internal.example`) and exact origins (`http://127.0.0.1:4000`). Unset: none.",
    Type.Array(
      Type.String({
        pattern:
          "^(?:\\.[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*|https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+)(?::\\d{1,5})?)$",
      }),
    ),
    "a comma separated list of host suffixes such as .internal.example and origins such as https://api.example:8443",
  ),
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

/** The settings by name, parsed; what is not set is absent. */
export type Settings = { [Name in VariableName]?: Static<(typeof variables)[Name]["schema"]> };

/** What of another variable a variable needs: alone it could only fail later, and less clearly. */
export const requirements: readonly (readonly [VariableName, needs: VariableName])[] = [
  ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"],
  ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"],
  ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"],
  ["SLACK_OPS_CHANNEL", "SLACK_BOT_TOKEN"],
  ["PROMETHEUS_TOKEN", "PROMETHEUS_URL"],
  ["PROMETHEUS_USERNAME", "PROMETHEUS_PASSWORD"],
  ["PROMETHEUS_PASSWORD", "PROMETHEUS_USERNAME"],
  ["PROMETHEUS_USERNAME", "PROMETHEUS_URL"],
  ["PROMETHEUS_CA_FILE", "PROMETHEUS_URL"],
  ["PROMETHEUS_HEADERS", "PROMETHEUS_URL"],
  ["ALERTMANAGER_TOKEN", "ALERTMANAGER_URL"],
  ["LOKI_TOKEN", "LOKI_URL"],
  ["LOKI_TENANT", "LOKI_URL"],
  ["OPENSEARCH_API_KEY", "OPENSEARCH_URL"],
  ["OPENSEARCH_DASHBOARDS_URL", "OPENSEARCH_URL"],
  ["GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"],
  ["GITHUB_APP_PRIVATE_KEY", "GITHUB_APP_ID"],
  ["OPENSEARCH_USERNAME", "OPENSEARCH_PASSWORD"],
  ["OPENSEARCH_PASSWORD", "OPENSEARCH_USERNAME"],
  ["OPENSEARCH_USERNAME", "OPENSEARCH_URL"],
  ["KUBERNETES_TOKEN", "KUBERNETES_API_URL"],
  ["KUBERNETES_CA_FILE", "KUBERNETES_API_URL"],
  ["ARGOCD_URL", "ARGOCD_TOKEN"],
  ["ARGOCD_TOKEN", "ARGOCD_URL"],
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"],
  ["AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"],
];
