export { analyze } from "./analyze.ts";
export type { AnalysisContext, Analyzer } from "./analyzer.ts";
export type { CallTool } from "./collect.ts";
export {
  type EvidenceSet,
  evidenceSet,
  type Observation,
  type ToolName,
  type ToolOutputs,
} from "./evidence.ts";
export {
  type FirstLookDeps,
  type FirstLookInTime,
  firstLook,
  firstLookInTime,
  lookAgain,
} from "./first-look.ts";
export { createGraph, type Graph, type GraphNode, loadGraph } from "./graph.ts";
export { estimateOnset } from "./onset.ts";
export { type Ranking, rank } from "./rank.ts";
export * from "./ranking/index.ts";
export { type Resolution, resolve, type Subject } from "./resolve.ts";
export * from "./signals/index.ts";
export { count, listed, percent, quoted, seconds } from "./wording.ts";
