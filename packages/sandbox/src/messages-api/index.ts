export type { Block, MessagesRequest } from "./conversation.ts";
export { loadScript, type Script, type Turn } from "./script.ts";
export {
  type ReceivedRequest,
  type ScriptedModel,
  type ScriptedModelOptions,
  type ScriptSource,
  startScriptedModel,
} from "./server.ts";
export type { Template } from "./template.ts";
