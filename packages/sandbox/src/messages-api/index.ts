export { loadScript, type Script, type Turn } from "./script.ts";
export {
  type ReceivedRequest,
  type ScriptedModel,
  type ScriptedModelOptions,
  startScriptedModel,
} from "./server.ts";
export type { Template } from "./template.ts";
