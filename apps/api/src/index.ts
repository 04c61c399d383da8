export * from "./app.ts";
export { buildMcpServer } from "./mcp.ts";
export * from "./registry.ts";
