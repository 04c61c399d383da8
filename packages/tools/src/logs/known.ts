import type { FindingCode } from "@oncall/core";

interface KnownFailure {
  readonly code: FindingCode;
  readonly pattern: Pick<RegExp, "test">;
}

const MAX_TEXT = 4_000;

/** Names by which a line shows that it speaks of a database, for failures that any connection may have. */
const DATABASE =
  /postgres|psql|pgsql|psycopg|\bpg\b|mysql|mariadb|mongo|oracle|sqlserver|sqlalchemy|jdbc|hikari|database|\bdb\b|-db[.:\s]|(?::|port )(?:5432|3306|1433|1521|27017)\b/i;

/**
 * What failures look like over languages and libraries, the most specific first. Every expression is linear:
 * no nested quantifiers.
 */
const failures: readonly KnownFailure[] = [
  // Connection pools: HikariCP, Tomcat, DBCP, c3p0, SQLAlchemy, node-postgres and knex, Go, pgbouncer, Postgres itself.
  known("db.pool_exhausted", /connection is not available, request timed out after/i),
  known(
    "db.pool_exhausted",
    /PoolExhaustedException|pool exhausted|connection pool (?:is )?(?:exhausted|full)/i,
  ),
  known("db.pool_exhausted", /cannot get a connection, pool error|timeout waiting for idle object/i),
  known("db.pool_exhausted", /QueuePool limit of size \d+ overflow \d+ reached/i),
  known("db.pool_exhausted", /timeout exceeded when trying to connect|timeout acquiring a connection/i),
  known("db.pool_exhausted", /too many (?:clients|connections)|remaining connection slots are reserved/i),
  known("db.pool_exhausted", /no more connections allowed|query_wait_timeout|max_client_conn/i),
  known(
    "db.deadlock",
    /deadlock (?:detected|found)|DeadlockDetected|deadlocks? victim|lock wait timeout exceeded/i,
  ),
  known(
    "db.auth_failed",
    /password authentication failed|access denied for user|SQLSTATE\[?28|role "[^"]{1,80}" does not exist/i,
  ),
  known("db.auth_failed", /MongoServerError: Authentication failed|WRONGPASS|NOAUTH Authentication required/),
  // Memory: JVM, V8, Go, Python, .NET, the kernel.
  known("app.out_of_memory", /java\.lang\.OutOfMemoryError|OutOfMemoryError: /),
  known("app.out_of_memory", /JavaScript heap out of memory|fatal error: runtime: out of memory/i),
  known("app.out_of_memory", /^(?:.*\s)?MemoryError\b|System\.OutOfMemoryException|cannot allocate memory/im),
  known("app.out_of_memory", /invoked oom-killer|Out of memory: Kill(?:ed)? process|oom-kill:/i),
  known("disk.full", /no space left on device|\bENOSPC\b|disk quota exceeded|disk (?:is )?full\b/i),
  known(
    "tls.certificate",
    /x509: |certificate (?:has expired|is not yet valid|verify failed|signed by unknown)/i,
  ),
  known(
    "tls.certificate",
    /PKIX path building failed|SSLHandshakeException|CERT_HAS_EXPIRED|self[- ]signed certificate/i,
  ),
  known(
    "tls.certificate",
    /unable to (?:verify the first certificate|get local issuer certificate)|tls: (?:bad|expired) certificate/i,
  ),
  known("network.dns", /\bENOTFOUND\b|\bEAI_AGAIN\b|NXDOMAIN|UnknownHostException|no such host/i),
  known(
    "network.dns",
    /name or service not known|temporary failure in name resolution|could not resolve host/i,
  ),
  known(
    "rate.limited",
    /too many requests|rate[- ]?limit(?:ed| exceeded)|ThrottlingException|rate exceeded/i,
  ),
  known("rate.limited", /ResourceExhausted: 429|quota exceeded|\b429\b.{0,40}\b(?:quota|limit|throttl)/i),
  // Only of a database: the same words about another system are network trouble below.
  ofDatabase(
    "db.connection_timeout",
    /(?:connect(?:ion|ing)?|connection attempt)\b.{0,200}\btime(?:d)?[- ]?out|ETIMEDOUT|i\/o timeout|SQLTimeoutException/i,
  ),
  ofDatabase(
    "db.connection_refused",
    /connection\b.{0,200}\brefused|ECONNREFUSED|could not connect to server|can't connect to (?:local )?mysql/i,
  ),
  known(
    "network.refused",
    /connection refused|\bECONNREFUSED\b|upstream connect error|no healthy (?:upstream|host)/i,
  ),
  known(
    "network.timeout",
    /context deadline exceeded|DEADLINE_?EXCEEDED|\bETIMEDOUT\b|i\/o timeout|SocketTimeoutException/i,
  ),
  known(
    "network.timeout",
    /ReadTimeout(?:Error)?\b|ConnectTimeout(?:Error|Exception)?\b|(?:read|connect(?:ion)?|request|upstream)\s(?:has\s)?timed[- ]out/i,
  ),
  known("app.panic", /^(?:.*\s)?panic: |^fatal error: |\bSIGSEGV\b|thread '.{1,80}' panicked at/m),
];

/** The code of the failure that a log event (message, and stack trace where there is one) is known to show; null when none. */
export function knownFailure(text: string): FindingCode | null {
  const start = text.slice(0, MAX_TEXT);
  return failures.find(({ pattern }) => pattern.test(start))?.code ?? null;
}

function known(code: FindingCode, pattern: RegExp): KnownFailure {
  return { code, pattern };
}

/** The pattern, in a text that also names a database somewhere. */
function ofDatabase(code: FindingCode, pattern: RegExp): KnownFailure {
  return { code, pattern: { test: (text: string) => pattern.test(text) && DATABASE.test(text) } };
}
