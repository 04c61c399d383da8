export * from "./evidence-store.ts";
export * from "./fingerprint.ts";
export * from "./incident-store.ts";
export * from "./jobs.ts";
export { createLedger } from "./ledger.ts";
export * from "./post-store.ts";
export * from "./step-store.ts";
export type * from "./types.ts";
