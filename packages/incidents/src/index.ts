export * from "./evidence-store.ts";
export * from "./fingerprint.ts";
export * from "./incident-store.ts";
export * from "./jobs.ts";
export * from "./post-store.ts";
export type * from "./types.ts";
