export { type Channel, channels, type HostileCase, loadCorpus } from "./corpus.ts";
export { type Breach, type Surface, surfaces } from "./inspect.ts";
export { type InjectionOptions, type InjectionResult, runInjection } from "./run.ts";
