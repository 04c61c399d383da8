import { type Deploy, isFlag } from "@oncall/tools";

/** What a change lays hands on, in words that ranking holds against findings. */
export type Touch =
  | "cache"
  | "certificate"
  | "code"
  | "command"
  | "config"
  | "db_connection"
  | "db_pool"
  | "endpoint"
  | "flag"
  | "image"
  | "limits"
  | "memory"
  | "network"
  | "probe"
  | "replicas"
  | "scheduling"
  | "timeout";

const rules: readonly (readonly [Touch, RegExp])[] = [
  ["db_pool", /pool|max_?conn|hikari|connection_?limit/i],
  [
    "db_connection",
    /(^|[._])(db|database|jdbc|pg|postgres|mysql|mongo|datasource)\w*(url|host|port|user|password|dsn|name)|database_url|jdbc/i,
  ],
  ["memory", /memory|xmx|heap|max-?old-?space|gomemlimit|memlimit|java_(tool_)?opt/i],
  ["cache", /cache|(^|[._])ttl/i],
  ["image", /(^|[._])(image|tag)$|image_tag/i],
  ["probe", /probe|health_?(check|path)/i],
  ["replicas", /replica_?(s|count)|min_?scale|max_?scale|autoscal|workers|concurrency/i],
  ["scheduling", /nodeselector|affinity|toleration|topology|resources\.requests|priorityclass/i],
  ["limits", /resources\.|quota|rate_?limit/i],
  ["timeout", /time_?out|deadline|retry|retries|backoff/i],
  ["certificate", /tls|ssl|cert|keystore|truststore|ca_bundle/i],
  ["endpoint", /url|host|endpoint|addr|port$/i],
  ["command", /command|args|entrypoint/i],
];

/** The kinds of things that a deploy changes, by the names of its differences and files; sorted, without repeats. */
export function touchedBy(deploy: Deploy): Touch[] {
  const touches = new Set<Touch>(deploy.kind === "scaling" ? ["replicas"] : []);
  if (isNetworkRule(deploy)) touches.add("network");
  for (const { what } of deploy.changes) {
    const hits = rules.filter(([, pattern]) => pattern.test(what)).map(([touch]) => touch);
    for (const touch of hits) touches.add(touch);
    if (isFlag(what)) touches.add("flag");
    else if (hits.length === 0) touches.add("config");
  }
  if (deploy.files.some((file) => /\.(java|kt|scala|go|py|js|ts|mjs|rb|rs|cs|php|sql)$/.test(file)))
    touches.add("code");
  return [...touches].sort();
}

/** An autoscaler that gave its service more replicas: whatever goes wrong then is the load's doing. */
export function followsLoad({ scaled }: Deploy): boolean {
  return scaled?.by === "autoscaler" && scaled.direction !== "down";
}

/** A manifest that says who may talk to whom. */
function isNetworkRule({ changes, files }: Deploy): boolean {
  return (
    changes.some(({ what, to }) => what === "kind" && /NetworkPolicy$|AuthorizationPolicy$/.test(to ?? "")) ||
    changes.some(({ what }) => /(^|\.)(egress|ingress|policyTypes)(\.|$)/.test(what)) ||
    files.some((file) => /network-?polic|security-?group|firewall/i.test(file))
  );
}
