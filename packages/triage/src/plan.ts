import type { ServiceEntry } from "@oncall/catalog";
import type { TimeWindow } from "@oncall/core";
import type { ToolName } from "./evidence.ts";
import { MAX_DEPTH } from "./graph.ts";

export interface PlannedCall {
  readonly tool: ToolName;
  readonly input: Readonly<Record<string, unknown>>;
  /** What is looked at, in words: for the list of what could not be checked. */
  readonly what: string;
  /** Share of the time left that this call may take; less than 1 where other calls wait for the answer. */
  readonly share: number;
}

interface PlanOptions {
  readonly window: TimeWindow;
  /** The service the incident is about, not one of its dependencies. */
  readonly isRoot: boolean;
  readonly resourceId: string | null;
  /** What makes two alerts the same; null for a question. */
  readonly fingerprint: string | null;
}

const SHARE_OF_DEPENDENCIES = 0.6;

/** What to ask about a service: everything in parallel, AWS only where something of it runs there. */
export function planFor(
  service: ServiceEntry,
  { window, isRoot, resourceId, fingerprint }: PlanOptions,
): PlannedCall[] {
  const { name } = service;
  const ask = (tool: ToolName, what: string, more: Record<string, unknown> = {}, share = 1): PlannedCall => ({
    tool,
    input: { service: name, ...more },
    what,
    share,
  });
  const calls = [
    ask("get_service_health", `Request metrics of ${name}`),
    ask("get_pod_status", `Pods of ${name}`),
    ask("query_logs", `Logs of ${name}`, { ...window }),
    ask("get_recent_deploys", `Recent changes of ${name}`),
    ask("check_runtime_metrics", `Runtime of ${name}`),
  ];
  if (service.dependencies.length > 0) {
    calls.push(
      ask("check_dependency_health", `Dependencies of ${name}`, { depth: 1 }, SHARE_OF_DEPENDENCIES),
    );
  }
  if (service.dependencies.some((dependency) => dependency.awsHosted || dependency.type === "aws")) {
    calls.push(ask("check_aws_health", `AWS events that touch ${name}`));
  }
  if (!isRoot) return calls;
  calls.push(ask("get_dependents", `What depends on ${name}`, { depth: MAX_DEPTH }));
  calls.push(ask("get_escalation_path", `Who is responsible for ${name}`));
  if (fingerprint !== null)
    calls.push(ask("get_alert_history", `Earlier incidents of ${name}`, { fingerprint }));
  if (resourceId !== null) {
    const input = { id: resourceId };
    calls.push({ tool: "find_resource_owner", input, what: `Owner of ${resourceId}`, share: 1 });
    calls.push({ tool: "get_resource", input, what: `Live status of ${resourceId}`, share: 1 });
  }
  return calls;
}
