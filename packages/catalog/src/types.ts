export type DependencyType = "internal" | "database" | "cache" | "queue" | "external" | "aws";

export interface Dependency {
  readonly name: string;
  readonly type: DependencyType;
  readonly critical: boolean;
  readonly awsHosted: boolean;
  /** AWS service in lower case, such as `rds`. */
  readonly awsService?: string;
  readonly awsRegion?: string;
  readonly healthEndpoint?: string;
  readonly description?: string;
}

export interface ResourceKind {
  readonly pattern: string;
  readonly type: string;
  readonly description?: string;
  /** Holds `${id}`. */
  readonly handlerUrl?: string;
}

export interface LogPattern {
  readonly name: string;
  readonly pattern: string;
  readonly severity: "critical" | "warning" | "info";
  readonly description?: string;
  readonly runbookUrl?: string;
}

/** One service.yaml, read: the words of SPEC §4.1 in camel case. */
export interface ServiceDefinition {
  readonly name: string;
  readonly team: string;
  readonly slackChannel: string;
  readonly pagerAlias: string;
  readonly description?: string;
  readonly language?: "java" | "go" | "python" | "node" | "rust" | "dotnet";
  readonly aliases: readonly string[];
  readonly dependencies: readonly Dependency[];
  readonly resources: readonly ResourceKind[];
  readonly observability: {
    readonly grafanaUid?: string;
    readonly opensearchIndex?: string;
    readonly prometheusJob?: string;
    readonly logPatterns: readonly LogPattern[];
  };
  readonly deployment: {
    readonly kubernetes?: { readonly cluster: string; readonly namespace: string; readonly workload: string };
    readonly argocdApp?: string;
    readonly environment?: string;
  };
  readonly runbooks: readonly string[];
  readonly automation: {
    readonly allowedActions: readonly string[];
    readonly requiresApproval: readonly string[];
  };
}

/** A service as the catalog holds it: its definition and where that came from. */
export interface ServiceEntry extends ServiceDefinition {
  /** `owner/name` of the GitHub repository. */
  readonly repository: string;
  /** Path of the service.yaml in it. */
  readonly path: string;
  /** The commit the definition was read at. */
  readonly commit: string;
  /** ISO 8601. */
  readonly syncedAt: string;
}

/** One service a dependency graph was walked to. */
export interface DependencyNode {
  readonly name: string;
  readonly type: DependencyType;
  readonly critical: boolean;
  /** 1 = direct. */
  readonly depth: number;
  /** The service that declares it, on the shortest way. */
  readonly via: string;
  /** Whether the catalog holds an entry of its own for it (internal dependencies should have one). */
  readonly known: boolean;
  readonly dependency: Dependency;
}

export interface DependentNode {
  readonly name: string;
  readonly team: string;
  readonly depth: number;
  /** Every step on the way is declared critical. */
  readonly critical: boolean;
  /** From the dependent down to the asked service, both included. */
  readonly path: readonly string[];
}

export interface ResourceOwner {
  readonly id: string;
  readonly service: ServiceEntry;
  readonly resource: ResourceKind;
  /** Why this pattern won, in words. */
  readonly why: string;
  /** Other patterns that match, weaker ones after. */
  readonly alsoMatching: readonly { readonly service: string; readonly pattern: string }[];
}

/** A name that a service goes by, or of something that is its own or that it stands on. */
export interface Naming {
  readonly service: ServiceEntry;
  readonly as:
    | "name"
    | "alias"
    | "workload"
    | "prometheus_job"
    | "grafana_dashboard"
    | "argocd_app"
    | "namespace"
    | "dependency";
  /** As service.yaml writes it. */
  readonly name: string;
  /** The dependency of that name. */
  readonly dependency?: Dependency;
  /** How many services it is this to, this one included. */
  readonly sharing: number;
}

/** What tools and the first look read of the catalog. Names are found case-insensitively, aliases too. */
export interface Catalog {
  /** Throws not_found with the nearest names. */
  get(name: string): Promise<ServiceEntry>;
  find(name: string): Promise<ServiceEntry | null>;
  /** Every live service, by name; for lists and not for lookups. */
  all(): Promise<readonly ServiceEntry[]>;
  nearest(name: string): Promise<string[]>;
  /** Which services a word of an alert may mean, and how; case-insensitively. */
  named(word: string): Promise<readonly Naming[]>;
  /** Breadth first, cycles reported once. Depth 1 to 10. */
  dependencies(
    name: string,
    depth: number,
  ): Promise<{ nodes: readonly DependencyNode[]; cycles: readonly (readonly string[])[] }>;
  /** `name` may be a service or a dependency that only others declare (`postgres-orders`). */
  dependents(name: string, depth: number): Promise<readonly DependentNode[]>;
  /** The most specific pattern wins (SPEC §4.3); null when none matches. */
  ownerOf(resourceId: string): Promise<ResourceOwner | null>;
}
