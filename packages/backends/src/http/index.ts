export { type BaseUrl, baseUrl, basicAuth, bearerAuth } from "./base-url.ts";
export { fit, parseJson, readJson, readText } from "./body.ts";
export { createHttp, createPool, type HttpOptions } from "./client.ts";
export { Stopped, withDeadline } from "./deadline.ts";
export {
  exchangeError,
  notItsProtocol,
  place,
  rateLimited,
  retryAfterMs,
  statusError,
  withoutCredentials,
} from "./failures.ts";
export { agentsByTls, readCa } from "./tls.ts";
export type { AgentConnect, Http, HttpRequest, HttpResponse, Logger, RequestFacts } from "./types.ts";
