import { type Static, Type } from "typebox";
import { NullableString } from "./shared.ts";

export const DependencyType = Type.Union(
  (["internal", "database", "cache", "queue", "external", "aws"] as const).map((type) => Type.Literal(type)),
);

export const ServiceCatalogEntry = Type.Object({
  name: Type.String(),
  team: Type.String(),
  description: NullableString,
  language: NullableString,
  slack_channel: Type.String(),
  pager_alias: Type.String(),
  repository: Type.String(),
  path: Type.String(),
  dependencies: Type.Array(
    Type.Object({ name: Type.String(), type: Type.String(), critical: Type.Boolean() }),
  ),
  resources: Type.Array(Type.Object({ pattern: Type.String(), type: Type.String() })),
  observability: Type.Object({
    grafana_uid: NullableString,
    opensearch_index: NullableString,
    prometheus_job: NullableString,
  }),
  kubernetes: Type.Union([
    Type.Object({ cluster: Type.String(), namespace: Type.String(), workload: Type.String() }),
    Type.Null(),
  ]),
  runbooks: Type.Array(Type.String()),
});
export type ServiceCatalogEntry = Static<typeof ServiceCatalogEntry>;

export const ServiceList = Type.Object({
  services: Type.Array(
    Type.Object({ name: Type.String(), team: Type.String(), description: NullableString }),
  ),
  total: Type.Integer(),
  next_cursor: NullableString,
});
export type ServiceList = Static<typeof ServiceList>;

export const Dependencies = Type.Object({
  service: Type.String(),
  dependencies: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      critical: Type.Boolean(),
      depth: Type.Integer(),
      via: Type.String(),
      in_catalog: Type.Boolean(),
    }),
  ),
  cycles: Type.Array(Type.Array(Type.String())),
});
export type Dependencies = Static<typeof Dependencies>;

export const Dependents = Type.Object({
  service: Type.String(),
  dependents: Type.Array(
    Type.Object({
      name: Type.String(),
      team: Type.String(),
      depth: Type.Integer(),
      critical: Type.Boolean(),
      path: Type.Array(Type.String()),
    }),
  ),
  /** Of which the nearest hundred are listed. */
  total: Type.Integer(),
});
export type Dependents = Static<typeof Dependents>;

export const EscalationPath = Type.Object({
  service: Type.String(),
  team: Type.String(),
  slack_channel: Type.String(),
  pager_alias: Type.String(),
  on_call: NullableString,
  on_call_note: Type.String(),
});
export type EscalationPath = Static<typeof EscalationPath>;
