export type * from "./aws-health/types.ts";
export type * from "./backends.ts";
export type * from "./github/types.ts";
export type * from "./kubernetes/types.ts";
export type * from "./opensearch/types.ts";
export type * from "./prometheus/types.ts";
export type * from "./resource-api/types.ts";
export type * from "./slack/types.ts";
