import { type TSchema, Type } from "typebox";

const NAME = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
const DEPENDENCY_NAME = "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,126}$";
const CHANNEL = "^(#[^\\s#,]{1,80}|[CG][A-Z0-9]{8,20})$";
// At least one literal character before the first wildcard, or one service would own every id.
const RESOURCE_PATTERN = "^[A-Za-z0-9_.:-][A-Za-z0-9_.:*-]{0,127}$";
// The id belongs into the path or the query: in the host it would choose the server that is called.
const HANDLER_URL = "^https?://[^/?#\\s@$]{1,253}[/?][^\\s#]{0,1000}\\$\\{id\\}[^\\s#]{0,1000}$";
const HTTP_URL = "^https?://[^/?#\\s@]{1,253}([/?][^\\s]{0,2000})?$";
const WORD = "^\\S(.*\\S)?$";

const list = <S extends TSchema>(item: S, maxItems: number, description: string) =>
  Type.Optional(Type.Array(item, { maxItems, description }));
const line = (description: string, ...examples: string[]) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: WORD, description, examples });
const prose = (description: string) => Type.Optional(Type.String({ maxLength: 2000, description }));
const url = (description: string, example: string) =>
  Type.Optional(Type.String({ pattern: HTTP_URL, maxLength: 2300, description, examples: [example] }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const actions = (description: string) =>
  list(
    Type.String({
      pattern: "^[a-z][a-z0-9_]{0,63}$",
      description: "An action, in lower case with underscores.",
      examples: ["restart_deployment"],
    }),
    50,
    description,
  );

const dependency = Type.Object(
  {
    name: Type.String({
      pattern: DEPENDENCY_NAME,
      description:
        "Of an internal dependency the name of its service; of any other a name that all who use it share. At most 127 letters, digits, and . _ : / -",
      examples: ["postgres-orders"],
    }),
    type: Type.Enum(["internal", "database", "cache", "queue", "external", "aws"], {
      description: "What kind of thing it is; it decides how its health is checked.",
    }),
    critical: flag("Whether the service cannot work without it. Default false."),
    aws_hosted: flag(
      "Whether AWS runs it, so that AWS Health counts. Default true for type aws, else false.",
    ),
    aws_service: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9][a-z0-9-]{0,63}$",
        description: "The AWS service, in lower case.",
        examples: ["rds", "elasticache", "sqs"],
      }),
    ),
    aws_region: Type.Optional(
      Type.String({
        pattern: "^[a-z]{2}(-[a-z]+){1,3}-[0-9]$",
        description: "The AWS region.",
        examples: ["us-east-1"],
      }),
    ),
    health_endpoint: url("A status page that answers JSON.", "https://status.example/api/v2/status.json"),
    description: prose("What the service uses it for."),
  },
  { description: "Something the service needs in order to work." },
);

const resource = Type.Object(
  {
    pattern: Type.String({
      pattern: RESOURCE_PATTERN,
      description:
        "The shape of the ids: letters, digits, - _ . : and * for any run of characters; it begins with at least one character that is not *. At most 128 characters.",
      examples: ["ord-*"],
    }),
    type: line("What such an id names.", "order"),
    description: prose("The same in words for the person on call."),
    handler_url: Type.Optional(
      Type.String({
        pattern: HANDLER_URL,
        description: `Where GET answers JSON about one id; http or https, with \${id} in its path or query, without credentials.`,
        examples: [`https://order-service.internal/api/resources/\${id}`],
      }),
    ),
  },
  { description: "A kind of thing that this service, and no other, is the system of record for." },
);

const logPattern = Type.Object(
  {
    name: line("What it is called in a finding.", "PaymentDeclined"),
    pattern: Type.String({
      minLength: 1,
      maxLength: 500,
      description: "A JavaScript regular expression over one log line; upper and lower case are the same.",
      examples: ["payment declined"],
    }),
    severity: Type.Enum(["critical", "warning", "info"], { description: "How bad one such line is." }),
    description: prose("What it means and what to do."),
    runbook_url: url("What to read when it is seen.", "https://wiki.example/runbooks/payment-declined"),
  },
  { description: "A line that the team knows to mean something." },
);

/**
 * The published JSON Schema (draft 2020-12) of service.yaml, for editors and for the catalog alike.
 * Unknown keys are left open here: they are warnings, which a schema cannot say.
 */
export const serviceYamlSchema = Type.Object(
  {
    name: Type.String({
      pattern: NAME,
      description:
        "The service's name, unique in the organisation: at most 63 lower-case letters, digits and hyphens, no hyphen at the ends.",
      examples: ["order-service"],
    }),
    team: line("The team that owns it.", "commerce"),
    slack_channel: Type.String({
      pattern: CHANNEL,
      description:
        "Where the owners are reached: the channel with its # (in quotes, since # begins a comment), or its id.",
      examples: ["#commerce-oncall", "C0123456789"],
    }),
    pager_alias: line("What to page: an escalation policy or alias.", "commerce-escalation"),
    description: prose("What the service is for, in a sentence."),
    language: Type.Optional(
      Type.Enum(["java", "go", "python", "node", "rust", "dotnet"], {
        description: "Its runtime; it decides which runtime metrics are read.",
      }),
    ),
    aliases: list(line("Another name.", "orders"), 20, "Other names that alerts and people use for it."),
    dependencies: list(dependency, 200, "What it needs in order to work."),
    resources: list(resource, 50, "Only what this service is the system of record for."),
    observability: Type.Optional(
      Type.Object(
        {
          grafana_uid: Type.Optional(line("UID of its Grafana dashboard.", "order-service-prod")),
          opensearch_index: Type.Optional(line("Index (or pattern) of its logs.", "prod-order-*")),
          prometheus_job: Type.Optional(line("Its job label in Prometheus.", "order-service")),
          log_patterns: list(logPattern, 50, "Log lines that the team knows to mean something."),
        },
        { description: "Where its signals are." },
      ),
    ),
    deployment: Type.Optional(
      Type.Object(
        {
          kubernetes: Type.Optional(
            Type.Object(
              {
                cluster: line("Name of the cluster.", "prod-us-east-1"),
                namespace: line("Its namespace.", "orders"),
                workload: line("Name of its Deployment, StatefulSet or DaemonSet.", "order-service"),
              },
              { description: "Where it runs." },
            ),
          ),
          argocd_app: Type.Optional(line("Its Argo CD application.", "order-service-prod")),
          environment: Type.Optional(line("The environment that this file describes.", "production")),
        },
        { description: "How it is deployed." },
      ),
    ),
    runbooks: list(
      line("A path in the repository or a URL.", "docs/runbooks/order-service.md"),
      50,
      "What to read when it breaks.",
    ),
    automation: Type.Optional(
      Type.Object(
        {
          allowed_actions: actions("Actions that may run without asking, where the policy agrees."),
          requires_approval: actions("Actions that wait for a person's approval."),
        },
        { description: "What On-Call Assistant may do to it. Nothing, unless listed." },
      ),
    ),
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://oncall-assistant.dev/schemas/service.json",
    title: "service.yaml",
    description: "A service as On-Call Assistant's catalog knows it.",
  },
);
