import type { FastifyReply, FastifyRequest } from "fastify";
import type { KubernetesObject } from "../world/cluster.ts";

interface Watched {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubernetesObject[];
  /** Makes rows of objects, for a caller that asked for Tables. */
  readonly table?: ((items: readonly KubernetesObject[]) => object) | undefined;
}

/** The longest that the API server keeps a watch open. */
const MAX_WATCH_SECONDS = 600;

/**
 * Answers a watch: without a resourceVersion what is there comes as ADDED, and a bookmark ends it for those who asked
 * for bookmarks; then the stream stays open, and nothing more comes. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function openWatch(
  request: FastifyRequest,
  reply: FastifyReply,
  query: URLSearchParams,
  { kind, apiVersion, metadata, items, table }: Watched,
): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
  const send = (type: string, object: object): void => {
    raw.write(`${JSON.stringify({ type, object: { kind, apiVersion, ...object } })}\n`);
  };
  const known = query.get("resourceVersion") ?? "";
  if (known === "" || known === "0" || query.get("sendInitialEvents") === "true") {
    for (const item of items) send("ADDED", table?.([item]) ?? item);
  }
  if (query.get("allowWatchBookmarks") === "true") {
    const annotations = { "k8s.io/initial-events-end": "true" };
    send("BOOKMARK", { metadata: { resourceVersion: metadata.resourceVersion, annotations } });
  }
  const seconds = Math.min(MAX_WATCH_SECONDS, Number(query.get("timeoutSeconds") ?? 0) || MAX_WATCH_SECONDS);
  const end = setTimeout(() => raw.end(), seconds * 1000);
  end.unref();
  request.raw.once("close", () => clearTimeout(end));
  return reply;
}
