import { Type } from "typebox";
import { defineReadTool, ok } from "../define-tool.ts";
import { ServiceCatalogEntry } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

export const getServiceCatalog = defineReadTool({
  name: "get_service_catalog",
  description:
    "The full catalog entry of a service: team, dependencies, resources, where it runs and is observed, runbooks. A wrong name answers with the nearest ones.",
  uses: ["catalog"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: ServiceCatalogEntry,
  async run({ service }, { catalog }) {
    const entry = await catalog.get(service);
    const { observability, deployment } = entry;
    return ok(
      {
        name: entry.name,
        team: entry.team,
        description: entry.description ?? null,
        language: entry.language ?? null,
        slack_channel: entry.slackChannel,
        pager_alias: entry.pagerAlias,
        repository: entry.repository,
        path: entry.path,
        dependencies: entry.dependencies.map(({ name, type, critical }) => ({ name, type, critical })),
        resources: entry.resources.map(({ pattern, type }) => ({ pattern, type })),
        observability: {
          grafana_uid: observability.grafanaUid ?? null,
          opensearch_index: observability.opensearchIndex ?? null,
          prometheus_job: observability.prometheusJob ?? null,
        },
        kubernetes: deployment.kubernetes ?? null,
        runbooks: [...entry.runbooks],
      },
      { summary: `${entry.name} of team ${entry.team}, from ${entry.repository}/${entry.path}` },
    );
  },
});
