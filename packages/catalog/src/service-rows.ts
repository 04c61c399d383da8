import type { TransactionSql } from "postgres";
import type { ServiceDefinition } from "./types.ts";

/** Dependencies, resources and log patterns of a service as rows, in place of those it had. */
export async function rewriteRows(
  tx: TransactionSql,
  id: string,
  definition: ServiceDefinition,
): Promise<void> {
  await tx`delete from service_dependencies where service_id = ${id}`;
  await tx`delete from service_resources where service_id = ${id}`;
  await tx`delete from service_log_patterns where service_id = ${id}`;
  const dependencies = definition.dependencies.map((dependency) => ({
    service_id: id,
    name: dependency.name,
    type: dependency.type,
    critical: dependency.critical,
    aws_hosted: dependency.awsHosted,
    aws_service: dependency.awsService ?? null,
    aws_region: dependency.awsRegion ?? null,
    health_endpoint: dependency.healthEndpoint ?? null,
  }));
  const resources = definition.resources.map(({ pattern, type, handlerUrl }) => ({
    service_id: id,
    pattern,
    type,
    handler_url: handlerUrl ?? null,
  }));
  const patterns = definition.observability.logPatterns.map(({ name, pattern, severity }) => ({
    service_id: id,
    name,
    pattern,
    severity,
  }));
  if (dependencies.length > 0) await tx`insert into service_dependencies ${tx(dependencies)}`;
  if (resources.length > 0) await tx`insert into service_resources ${tx(resources)}`;
  if (patterns.length > 0) await tx`insert into service_log_patterns ${tx(patterns)}`;
}
