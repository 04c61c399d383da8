import type {
  AlertHistory,
  AwsHealth,
  DependencyHealth,
  Dependents,
  EscalationPath,
  LogPatternsResult,
  PodLogs,
  PodStatus,
  RecentDeploys,
  ResourceOwnerResult,
  ResourceStatus,
  RuntimeMetrics,
  ServiceHealth,
} from "@oncall/tools";

/** The tools that the first look calls, and what each answers. */
export interface ToolOutputs {
  readonly check_aws_health: AwsHealth;
  readonly check_dependency_health: DependencyHealth;
  readonly check_runtime_metrics: RuntimeMetrics;
  readonly find_resource_owner: ResourceOwnerResult;
  readonly get_alert_history: AlertHistory;
  readonly get_dependents: Dependents;
  readonly get_escalation_path: EscalationPath;
  readonly get_pod_logs: PodLogs;
  readonly get_pod_status: PodStatus;
  readonly get_recent_deploys: RecentDeploys;
  readonly get_resource: ResourceStatus;
  readonly get_service_health: ServiceHealth;
  readonly query_logs: LogPatternsResult;
}

export type ToolName = keyof ToolOutputs;

/** One recorded answer: `subject` is the service that was asked about, `evidence` the id it is cited by. */
export type Observation<N extends ToolName = ToolName> = {
  [K in N]: {
    readonly tool: K;
    readonly subject: string;
    readonly evidence: string;
    readonly data: ToolOutputs[K];
  };
}[N];

/** What was collected, as analyzers read it: only answers with data, in an order that does not depend on who was quick. */
export interface EvidenceSet {
  readonly all: readonly Observation[];
  of<N extends ToolName>(tool: N): readonly Observation<N>[];
}

export function evidenceSet(observations: readonly Observation[]): EvidenceSet {
  return {
    all: observations,
    of: <N extends ToolName>(tool: N) =>
      observations.filter((observation) => observation.tool === tool) as Observation<N>[],
  };
}
