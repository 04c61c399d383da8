export { catalogOf } from "./catalog-of.ts";
export type { CatalogStatus, RepositoryReader } from "./commit-status.ts";
export { dependenciesOf, dependentsOf } from "./graph.ts";
export { renderProblems } from "./lint.ts";
export { type ParsedService, parseServiceYaml } from "./parse.ts";
export { type ClaimedPattern, matchesPattern, overlaps } from "./patterns.ts";
export type { Problem } from "./problem.ts";
export { type PushEvent, parsePush } from "./push.ts";
export { serviceYamlSchema } from "./schema.ts";
export { indexServices, type ServiceIndex } from "./service-index.ts";
export { type CatalogOptions, createCatalog } from "./store.ts";
export { type SyncDeps, syncPush } from "./sync.ts";
export {
  createSyncLog,
  type FileOutcome,
  type StatusOutcome,
  type SyncLog,
  type SyncOutcome,
  type SyncResult,
} from "./sync-log.ts";
export type * from "./types.ts";
