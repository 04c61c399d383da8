export * from "./define-tool.ts";
export * from "./read/outputs.ts";
export type * from "./registry-types.ts";
