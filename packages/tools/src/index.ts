export * from "./define-tool.ts";
export { readTools } from "./read/index.ts";
export * from "./read/outputs.ts";
export { createRegistry, type RegistryOptions } from "./registry.ts";
export type * from "./registry-types.ts";
