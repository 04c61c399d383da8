export { confidencesOf } from "./confidence.ts";
export {
  type RankedService,
  type RankServicesInput,
  rankServices,
  type ServiceEvidence,
} from "./rank-services.ts";
export type { ServiceGraph } from "./service-graph.ts";
