/** One statement of a program and the lines that it writes. */
export interface Statement {
  readonly name: string;
  line(i: number): string;
}

const people = ["anna", "ben", "chris", "dora", "emil", "frida", "gus", "hana"];
const hosts = ["orders-db", "users-db", "cart-cache", "stock-queue", "mail-relay"];
const pick = <T>(items: readonly T[], i: number): T => items[(i * 7 + 3) % items.length] as T;
const hex = (i: number, length: number): string =>
  (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(16, "0").repeat(4).slice(0, length);
const uuid = (i: number): string =>
  `${hex(i, 8)}-${hex(i + 1, 4)}-4${hex(i + 2, 3)}-a${hex(i + 3, 3)}-${hex(i + 4, 12)}`;
const ip = (i: number): string => `10.${i % 200}.${(i * 3) % 250}.${(i * 7) % 250}`;
const time = (i: number): string => new Date(Date.UTC(2026, 0, 31, 3, 0, i)).toISOString();

const lines: readonly (readonly [string, Statement["line"]])[] = [
  ["access log ok", (i) => `${ip(i)} - - "GET /orders/${i} HTTP/1.1" 200 ${i * 13} "-" "curl/8.1"`],
  ["access log failed", (i) => `${ip(i)} - - "GET /orders/${i} HTTP/1.1" 503 ${i * 13} "-" "curl/8.1"`],
  ["took", (i) => `request ${uuid(i)} finished in ${i * 1.7}ms`],
  ["failed", (i) => `request ${uuid(i)} failed after ${i} attempts`],
  ["user logged in", (i) => `user ${pick(people, i)} logged in from ${ip(i)}`],
  ["user logged out", (i) => `user ${pick(people, i)} logged out`],
  [
    "key values",
    (i) => `level=info ts=${time(i)} msg="order placed" order=ord-${i} user=${pick(people, i)} total=${i}.99`,
  ],
  [
    "key values failed",
    (i) =>
      `level=error ts=${time(i)} msg="order rejected" order=ord-${i} user=${pick(people, i)} total=${i}.99`,
  ],
  ["json", (i) => `{"level":"warn","msg":"slow query","ms":${i * 31},"trace":"${hex(i, 32)}"}`],
  ["cache miss", (i) => `cache miss for key session:${hex(i, 24)}`],
  ["refused", (i) => `dial tcp ${ip(i)}:5432: connect: connection refused`],
  ["timed out", (i) => `dial tcp ${ip(i)}:5432: i/o timeout`],
  ["pool", (i) => `HikariPool-1 - Connection is not available, request timed out after ${30_000 + i}ms.`],
  ["pod", (i) => `forwarding to order-service-${hex(i, 9)}-${"abcdefghij"[i % 10]}x2k${i % 9}`],
  ["query string", (i) => `GET /search?q=${pick(people, i)}&page=${i}&sort=asc took ${i}ms`],
  ["mail", (i) => `mail to ${pick(people, i)}${i}@shop.example queued as ${hex(i, 12)}`],
  ["payment declined", (i) => `payment declined: card ending ${1000 + i}, reason insufficient_funds`],
  ["payment accepted", (i) => `payment accepted: card ending ${1000 + i}, authorisation ${hex(i, 10)}`],
  ["gc", (i) => `[gc] GC(${i}) Pause Young (Normal) ${i}M->${i + 3}M(512M) ${i}.123ms`],
  ["token", (i) => `issued token ${hex(i, 20)}_${hex(i + 9, 20)} to ${pick(people, i)}`],
  ["offset", (i) => `partition orders-${i % 12} committed offset ${i * 1001}`],
  ["lag", (i) => `consumer lag ${i * 900} on partition orders-${i % 12}`],
  ["started", (i) => `Started OrderApplication in ${i}.${i} seconds (process running for ${i + 1})`],
  ["file", (i) => `uploaded /var/data/${uuid(i)}/part-${i}.parquet (${i} bytes)`],
  ["not found", (i) => `order ord-${i} not found`],
  ["duplicate", (i) => `duplicate event ${uuid(i)} ignored`],
  ["heartbeat lost", (i) => `worker ${i} missed ${i % 7} heartbeats`],
  ["slow host", (i) => `host ${pick(hosts, i)} answered in ${i * 11}ms`],
  ["lost host", (i) => `host ${pick(hosts, i)} does not answer`],
  ["sql", (i) => `SELECT * FROM orders WHERE id = ${i} AND user_id = ${i * 3} took ${i}ms`],
  ["address", (i) => `segment at 0x${hex(i, 12)} released`],
  ["version", (i) => `running migration V${i}__step.sql`],
  ["percent", (i) => `disk usage ${i % 100}% on /dev/sd${i % 4}`],
  ["retry", (i) => `retrying in ${i * 100}ms (attempt ${i % 5} of 5)`],
  ["exception", (i) => `java.lang.IllegalArgumentException: quantity ${-i} must be positive`],
  ["lock", (i) => `lock on row ${i} held by transaction ${i * 17} for ${i}s`],
  ["date", (i) => `report for 2026-01-${String((i % 28) + 1).padStart(2, "0")} written`],
  ["trace id first", (i) => `[${hex(i, 16)}] checkout began`],
  ["trace id end", (i) => `[${hex(i, 16)}] checkout ended`],
  ["plain", () => "shutting down"],
];

/** Forty statements in the manner of many frameworks, each with what varies in it. */
export const statements: readonly Statement[] = lines.map(([name, line]) => ({ name, line }));
