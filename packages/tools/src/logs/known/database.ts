import type { KnownFailure } from "./known-failure.ts";

export const databaseFailures: readonly KnownFailure[] = [
  {
    name: "pool_exhausted",
    code: "db.pool_exhausted",
    severity: "critical",
    meaning: "All connections of the application's pool are in use and callers wait in vain.",
    hint: "Check the pool's size against a recent change, slow queries that hold connections, and leaks.",
    patterns: [
      // HikariCP, Tomcat, DBCP, c3p0, Jedis
      /connection is not available, request timed out after|cannot get a connection, pool error/i,
      /timeout waiting for (?:idle object|connection from pool)|could not get a resource from the pool/i,
      /pool(?:ed)? ?exhausted|pool (?:is |was |has been )(?:exhausted|empty|depleted)|connection pool (?:is )?full\b|exhausted (?:the )?(?:connection )?pool/i,
      // Cassandra's drivers
      /no available connection and the queue has reached its max size|\bBusyPoolException\b/i,
      // SQLAlchemy, psycopg, Rails, .NET
      /QueuePool limit of size \d+ overflow \d+ reached|PoolTimeout: /i,
      /could not obtain a connection from the pool|prior to obtaining a connection from the pool/i,
      // node-postgres, knex, Prisma, sqlx, r2d2, pgbouncer
      /timeout exceeded when trying to connect|timeout acquiring a connection|fetching a new connection from the connection pool/i,
      /redis: connection pool timeout|ConnectionAcquireTimeout|PoolAcquire\w{0,20}(?:Timeout|Exception)|Pool#acquire|acquire timed? ?out|(?:check(?:ing)? out|waiting for) (?:a )?(?:pooled item|connection from (?:the )?pool)/i,
      /pool timed out while waiting|timed out waiting for (?:a )?(?:free )?connection|query_wait_timeout|pool wait queue/i,
    ],
  },
  {
    name: "too_many_connections",
    code: "db.too_many_connections",
    severity: "critical",
    meaning: "The database server accepts no more connections.",
    hint: "Count connections by client; look for a new client, more replicas, or larger pools.",
    patterns: [
      /too many (?:clients|(?:\w{1,20} )?connections)\b|remaining connection slots are reserved/i,
      /no more connections allowed|max_client_conn|max number of clients reached|connection limit exceeded for/i,
      /exceeded the 'max_user_connections'|max_connections\b.{0,60}(?:exceeded|reached)|\bORA-(?:00018|00020|12516|12519|12520)\b/i,
    ],
  },
  {
    name: "db_deadlock",
    code: "db.deadlock",
    severity: "critical",
    meaning: "Transactions wait for each other's locks; the database ends one of them.",
    hint: "The two statements stand in the database's log; take locks in one order, or retry.",
    patterns: [
      /deadlocks? (?:was |were )?(?:detected|found)|DeadlockDetected|DeadlockLoser|deadlocks? victim|deadlocked on/i,
      /\bORA-00060\b|\b40P01\b|ER_LOCK_DEADLOCK/,
    ],
    anyLevel: true,
  },
  {
    name: "lock_timeout",
    code: "db.lock_contention",
    severity: "critical",
    meaning: "Statements wait too long for a lock that another transaction holds.",
    hint: "Find the oldest open transaction; a migration or a batch often holds the lock.",
    patterns: [
      /lock wait timeout exceeded|lock(?: request)? time[- ]?out(?: period)? exceeded|due to lock timeout/i,
      /could not obtain lock on|still waiting for \w{1,40}lock on|database (?:table )?is locked|\bSQLITE_BUSY\b/i,
      /\bORA-00054\b|\b55P03\b|ER_LOCK_WAIT_TIMEOUT|\bLockTimeout\b|\bLockNotAvailable\b|PessimisticLockException/,
    ],
  },
  {
    name: "serialization_failure",
    code: "db.lock_contention",
    severity: "warning",
    meaning: "Concurrent transactions changed the same rows; one must be tried again.",
    hint: "Some are normal; a surge means hot rows or a retry that is missing.",
    patterns: [
      /could not serialize access|serialization failure|TransactionRetryWithProtoRefreshError|\bWriteConflict\b/i,
      /OptimisticLock(?:ing)?(?:Failure)?Exception|StaleObjectStateException|SerializationFailure/,
    ],
  },
  {
    name: "query_timeout",
    code: "db.query_timeout",
    severity: "critical",
    meaning: "The database stops statements that run too long.",
    hint: "Look at the slow query and its plan; locks, missing indexes and grown tables slow queries down.",
    patterns: [
      /due to statement timeout|maximum statement execution time exceeded|\bMaxTimeMSExpired\b|\bORA-01013\b/i,
      /QueryTimeoutException|QueryCanceled\b|statement timed out|canceling statement due to user request/,
      /operation exceeded time limit|execution timeout expired\b.{0,120}prior to completion/i,
    ],
  },
  {
    name: "db_crashed",
    code: "db.crashed",
    severity: "critical",
    meaning: "The database itself crashed, restarts or recovers.",
    hint: "Read the database's own log before the restart: memory, disk or a bad extension.",
    patterns: [
      /(?:server|background|checkpointer|startup|\w{1,20}) process \(PID \d+\) (?:was terminated by signal|exited with exit code)|terminating any other active server processes/i,
      /database system (?:was interrupted|is in recovery|is shutting down|is starting up|was not properly shut down|is not yet accepting)/i,
      /unexpected postmaster exit|terminated by signal \d+: \w+|crash of another server process/i,
      /mysqld got (?:signal|exception)|InnoDB: (?:Assertion failure|Database page corruption)|MySQL server has gone away/i,
      /\bPANIC: {2}|invalid page in block|could not locate a valid checkpoint|WiredTiger error|Fatal assertion/,
    ],
    anyLevel: true,
  },
  {
    name: "db_auth_failed",
    code: "db.auth_failed",
    severity: "critical",
    meaning: "The database refuses the user or password.",
    hint: "Check whether the secret was rotated, and that pods run with the new one.",
    patterns: [
      /password authentication failed|access denied for user|no pg_hba\.conf entry|login failed for user/i,
      /SQLSTATE\[?28|\b28P01\b|\bORA-01017\b|role "[^"]{1,80}" does not exist/i,
      /Mongo\w{0,20}(?:Error|Exception): .{0,80}authentication failed|\bWRONGPASS\b|NOAUTH Authentication required/i,
    ],
  },
  {
    name: "db_read_only",
    code: "db.read_only",
    severity: "critical",
    meaning: "Writes reach a database that accepts only reads, often a replica after a failover.",
    hint: "Check which instance is primary, and that clients resolve its name again.",
    patterns: [
      /cannot execute \w{1,40} in a read-only transaction|--(?:super-)?read-only option|database is (?:in )?read[- ]?only/i,
      /\bNotWritablePrimary\b|\bNotPrimary\w*\b|not (?:primary|master) and slaveok|Mongo\w{0,20}(?:Error|Exception): not (?:primary|master)|\bORA-16000\b/i,
    ],
  },
  {
    name: "replication_lag",
    code: "db.replication",
    severity: "warning",
    meaning: "A replica is far behind, or replication stopped.",
    hint: "Check write load, long queries on the replica, its disk and the network between the two.",
    patterns: [
      /replication (?:lag|delay)\b.{0,80}(?:exceed|too|high|above|behind)|replica (?:is )?(?:too )?(?:stale|lagging|far behind)|(?:replica|replication|standby|secondary) lag\b.{0,60}\b(?:above|over|exceed|greater than|more than)|too stale to use any of our sync sources/i,
      /requested WAL segment \S{1,60} has already been removed|due to conflict with recovery/i,
      /seconds_behind_(?:master|source)\D{0,5}[1-9]\d{2,8}\b|replication (?:\w{1,20} )?(?:broken|stopped|terminated)/i,
      /(?:slave|replica) (?:sql|i\/o)\b.{0,60}\b(?:error|aborted|stopped)/i,
    ],
    anyLevel: true,
  },
  {
    name: "duplicate_key",
    code: "db.constraint",
    severity: "warning",
    meaning: "A write breaks a constraint: a key exists already, or a reference is missing.",
    hint: "A surge means events delivered twice, a sequence that is behind, or a new code path.",
    patterns: [
      /duplicate key value violates|duplicate entry '.{0,200}' for key|E11000 duplicate key|UNIQUE constraint failed/i,
      /violates (?:unique|foreign key|not-null|check|exclusion) constraint|DuplicateKeyException|violation of (?:primary|unique) key/i,
      /foreign key constraint fails|\bORA-00001\b|UniqueViolation|IntegrityConstraintViolation/i,
    ],
  },
  {
    name: "schema_mismatch",
    code: "db.migration",
    severity: "critical",
    meaning: "Code and database schema do not fit: a migration failed, waits, or did not run.",
    hint: "Compare the schema's version with what the last deploy expects.",
    patterns: [
      /\bmigrations?\b.{0,80}\b(?:failed|failure|checksum mismatch|aborted)|failed (?:to (?:run|apply) )?(?:\w{1,20} )?migrations?\b/i,
      /FlywayException|FlywayValidateException|LiquibaseException|waiting for changelog lock|InconsistentMigrationHistory|dirty database version/i,
      /(?:relation|column) "[^"]{1,100}" (?:of relation "[^"]{1,100}" )?does not exist|table '[^']{1,100}' doesn't exist|unknown column '/i,
      /PendingMigrationError|migrations are pending|can't locate revision identified by|\bcolumn [\w.]{1,100} does not exist/i,
      /no such (?:table|column):|invalid (?:object|column) name '|UndefinedColumn|UndefinedTable/i,
    ],
  },
];

/** Names by which a line shows that it speaks of a database, for failures that any connection may have. */
const DATABASE =
  /postgres|psql|pgsql|psycopg|\bpg\b|mysql|mariadb|mongo|oracle|sqlserver|sqlalchemy|jdbc|hikari|database|communications link|\bdb\b|-db[.:\s]|(?::|port )(?:5432|3306|1433|1521|27017)\b/i;

/** The same words about another system are network trouble. */
export const databaseConnectionFailures: readonly KnownFailure[] = [
  {
    name: "db_connection_timeout",
    code: "db.connection_timeout",
    severity: "critical",
    meaning: "Connections to the database time out: it is overloaded, gone, or cut off by the network.",
    hint: "Check the database's own health and whether other clients reach it.",
    patterns: [
      /(?:connect(?:ion|ing)?|connection attempt)\b.{0,200}\btime(?:d)?[- ]?out|ETIMEDOUT|i\/o timeout|SQLTimeoutException|server selection timed out/i,
    ],
    and: DATABASE,
  },
  {
    name: "db_connection_refused",
    code: "db.connection_refused",
    severity: "critical",
    meaning: "The database's host answers but nothing listens: it is down or restarting.",
    hint: "Check the database's own health, and its address against a recent change.",
    patterns: [
      /connection\b.{0,200}\brefused|ECONNREFUSED|can't connect to (?:local )?mysql|communications link failure/i,
      // Also said of other failures, which then stand behind it.
      /could not connect to server(?!.{0,200}(?:timed? ?out|no route|not known|translate))/i,
    ],
    and: DATABASE,
  },
];
