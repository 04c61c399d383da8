import { findingCodes } from "@oncall/core";
import { describe, expect, test } from "vitest";
import { knownFailures } from "./known/index.ts";
import { failureIn, knownFailure } from "./known.ts";

const shown: Readonly<Record<string, readonly string[]>> = {
  kernel_oom_kill: [
    "python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=986",
    "Memory cgroup out of memory: Killed process 4242 (java) total-vm:9384720kB, anon-rss:2096128kB",
    "[123.4] Out of memory: Kill process 1022 (mysqld) score 512 or sacrifice child",
    "Task in /kubepods/burstable/pod1 killed as a result of limit of /kubepods/burstable/pod1",
  ],
  jvm_out_of_memory: [
    'Exception in thread "main" java.lang.OutOfMemoryError: GC overhead limit exceeded',
    "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory",
    "# There is insufficient memory for the Java Runtime Environment to continue.",
    "Terminating due to java.lang.OutOfMemoryError: Metaspace",
  ],
  node_heap_out_of_memory: [
    "FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory",
    "<--- Last few GCs ---> FATAL ERROR: Reached heap limit Allocation failed",
  ],
  go_out_of_memory: ["fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw(0x1)"],
  process_out_of_memory: [
    'Traceback (most recent call last):\n  File "a.py", line 3, in f\nMemoryError',
    "numpy.core._exceptions.MemoryError: Unable to allocate 3.2 GiB for an array",
    "System.OutOfMemoryException: Exception of type 'System.OutOfMemoryException' was thrown.",
    "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)",
    "terminate called after throwing an instance of 'std::bad_alloc'",
    "fork: Cannot allocate memory",
    "memory allocation of 8589934592 bytes failed",
  ],
  gc_pauses: [
    "[gc][4153] overhead, spent [1.2s] collecting in the last [1.4s]",
    "HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta=58s)",
    "Detected pause in JVM or host machine (eg GC): pause of approximately 4321ms",
  ],
  stack_overflow: [
    "java.lang.StackOverflowError\n\tat a.B.c(B.java:1)",
    "RangeError: Maximum call stack size exceeded",
    "RecursionError: maximum recursion depth exceeded while calling a Python object",
    "runtime: goroutine stack exceeds 1000000000-byte limit",
    "thread 'main' has overflowed its stack",
  ],
  thread_deadlock: [
    "fatal error: all goroutines are asleep - deadlock!",
    "Found one Java-level deadlock:",
    "INFO: task jbd2/sda1-8:302 blocked for more than 120 seconds.",
    "Thread[vert.x-eventloop-thread-1,5,main] has been blocked for 5021 ms, time limit is 2000 ms",
  ],
  too_many_open_files: [
    "accept tcp [::]:8080: accept4: too many open files; retrying in 5ms",
    "Error: EMFILE: too many open files, open '/app/x.json'",
    "OSError: [Errno 24] Too many open files",
  ],
  clock_skew: [
    "RequestTimeTooSkewed: The difference between the request time and the current time is too large.",
    "Clock skew detected. Your build may be incomplete.",
    "jwt: Token used before issued",
  ],
  leader_lost: [
    "leaderelection.go:303] Failed to renew lease kube-system/controller: timed out waiting",
    "leader election lost",
    "etcdserver: no leader",
    "2024-01-01 00:00:00,000 INFO: demoting self because I am not able to update leader lock",
  ],
  config_missing: [
    "Error: Environment variable DATABASE_URL is not set",
    "missing required environment variable: STRIPE_KEY",
    "Could not resolve placeholder 'payment.url' in value",
    "KeyError: 'REDIS_HOST'",
    'Error: secret "orders-db" not found',
    "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
    "required configuration property kafka.brokers is missing",
  ],
  pool_exhausted: [
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
    "Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?",
    "Timed out fetching a new connection from the connection pool. (Current connection pool timeout: 10)",
    "ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds",
    "System.InvalidOperationException: Timeout expired. The timeout period elapsed prior to obtaining a connection from the pool.",
    "redis.clients.jedis.exceptions.JedisConnectionException: Could not get a resource from the pool",
    "org.apache.tomcat.jdbc.pool.PoolExhaustedException: [http-1] Timeout: Pool empty. Unable to fetch a connection in 30 seconds",
    "pool timed out while waiting for an open connection",
    "psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec",
    "ERROR: query_wait_timeout",
    "Cannot get a connection, pool error Timeout waiting for idle object",
  ],
  too_many_connections: [
    'FATAL:  too many connections for role "app"',
    "ERROR 1040 (HY000): Too many connections",
    "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "ER_CON_COUNT_ERROR: Too many connections",
    "no more connections allowed (max_client_conn)",
    "ORA-12516: TNS:listener could not find available handler",
  ],
  db_deadlock: [
    "Deadlock found when trying to get lock; try restarting transaction",
    "ERROR:  deadlock detected",
    "Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.",
    "ORA-00060: deadlock detected while waiting for resource",
    "org.springframework.dao.DeadlockLoserDataAccessException: PreparedStatementCallback",
  ],
  lock_timeout: [
    "ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction",
    "ERROR: canceling statement due to lock timeout",
    "sqlite3.OperationalError: database is locked",
    "ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired",
    "Lock request time out period exceeded.",
    "LOG:  process 1234 still waiting for ShareLock on transaction 99 after 1000.072 ms",
  ],
  serialization_failure: [
    "ERROR: could not serialize access due to concurrent update",
    "org.springframework.orm.ObjectOptimisticLockingFailureException: Row was updated",
  ],
  query_timeout: ["ERROR: canceling statement due to statement timeout"],
  db_crashed: [
    "LOG:  server process (PID 812) was terminated by signal 9: Killed",
    "LOG:  server process (PID 77) was terminated by signal 11: Segmentation fault",
    "FATAL:  the database system is in recovery mode",
    "LOG:  database system was interrupted; last known up at 2024-05-01 10:00:00 UTC",
    "LOG:  terminating any other active server processes",
    "mysqld got signal 11 ;",
    "PANIC:  could not locate a valid checkpoint record",
    "(2006, 'MySQL server has gone away')",
  ],
  db_auth_failed: [
    "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.3' (using password: YES)",
    'FATAL: no pg_hba.conf entry for host "10.0.0.9", user "app", database "orders", SSL off',
    "ReplyError: WRONGPASS invalid username-password pair",
    "MongoServerError: Authentication failed.",
  ],
  db_read_only: [
    "ERROR: cannot execute INSERT in a read-only transaction",
    "The MySQL server is running with the --super-read-only option so it cannot execute this statement",
    "MongoServerError: NotWritablePrimary: not primary",
  ],
  replication_lag: [
    "replication lag exceeded threshold: 184s",
    "ERROR: requested WAL segment 00000001000000A2 has already been removed",
    "canceling statement due to conflict with recovery",
  ],
  duplicate_key: [
    'ERROR: duplicate key value violates unique constraint "orders_pkey"',
    "E11000 duplicate key error collection: shop.orders",
    "Cannot add or update a child row: a foreign key constraint fails",
  ],
  schema_mismatch: [
    'ERROR: relation "orders" does not exist',
    'ERROR: column "total_cents" of relation "orders" does not exist',
    "Unknown column 'o.total' in 'field list'",
    "Migration V12__add_total.sql failed",
    "org.flywaydb.core.api.FlywayException: Validate failed",
    "Waiting for changelog lock....",
  ],
  db_connection_timeout: [
    'connection to server at "orders-db" (10.1.2.3), port 5432 failed: Connection timed out',
    "com.mysql.cj.jdbc.exceptions.CommunicationsException: connect timed out",
  ],
  db_connection_refused: [
    'psql: error: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
    "Error: connect ECONNREFUSED 127.0.0.1:5432",
    "MongoNetworkError: connect ECONNREFUSED 10.0.0.4:27017",
  ],
  disk_full: [
    "OSError: [Errno 28] No space left on device",
    'PANIC:  could not write to file "pg_wal/xlogtemp.27": No space left on device',
    "java.io.IOException: Disk quota exceeded",
    'ERROR:  could not extend file "base/1/2": wrote only 4096 of 8192 bytes',
    "Error: ENOSPC: no space left on device, write",
    "There is not enough space on the disk.",
  ],
  disk_read_only: [
    "OSError: [Errno 30] Read-only file system: '/data/x'",
    "EXT4-fs (sda1): Remounting filesystem read-only",
  ],
  disk_io_error: ["blk_update_request: I/O error, dev sdb, sector 22", "read /data/db: input/output error"],
  tls_hostname_mismatch: [
    "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames",
    "x509: certificate is valid for *.acme.example, not pay.example",
    "java.security.cert.CertificateException: No subject alternative DNS name matching pay.example found.",
  ],
  tls_expired: [
    "Error: certificate has expired\n    at TLSSocket.onConnectSecure",
    "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
    "sslv3 alert certificate expired",
  ],
  tls_untrusted: [
    "x509: certificate signed by unknown authority",
    "sun.security.provider.certpath.SunCertPathBuilderException: PKIX path building failed: unable to find valid certification path",
    "Error: unable to verify the first certificate",
    "Error: self signed certificate in certificate chain",
    "requests.exceptions.SSLError: certificate verify failed: unable to get local issuer certificate",
    "The remote certificate is invalid according to the validation procedure.",
  ],
  dns_failure: [
    "dial tcp: lookup payments.internal on 10.96.0.10:53: no such host",
    "java.net.UnknownHostException: payments.internal",
    "Error: getaddrinfo EAI_AGAIN redis",
    "socket.gaierror: [Errno -2] Name or service not known",
    "curl: (6) Could not resolve host: payments.internal",
    'could not translate host name "orders-db" to address: Temporary failure in name resolution',
    "wget: bad address 'orders-db:5432'",
    "lookup api.example.com on 127.0.0.53:53: server misbehaving",
  ],
  quota_exceeded: [
    'pods "web-1" is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=8, limited: cpu=8',
    "You exceeded your current quota, please check your plan and billing details. insufficient_quota",
    "RESOURCE_EXHAUSTED: Quota exceeded for aiplatform.googleapis.com",
  ],
  rate_limited: [
    "HTTP 429 Too Many Requests",
    "An error occurred (ThrottlingException) when calling the DescribeInstances operation (reached max retries: 4): Rate exceeded",
    "API rate limit exceeded for installation ID 1",
    "botocore.exceptions.ClientError: An error occurred (RequestLimitExceeded)",
    "Request failed with status code 429",
    "SlowDown: Please reduce your request rate.",
  ],
  kafka_leader: [
    "Got error produce response: NOT_LEADER_OR_FOLLOWER",
    "kafka server: In the middle of a leadership election, there is currently no leader for this partition: LeaderNotAvailable",
    "org.apache.kafka.common.errors.NotEnoughReplicasException: Messages are rejected",
  ],
  kafka_rebalance: [
    "[Consumer clientId=c-1] Attempt to heartbeat failed since group is rebalancing",
    "CommitFailedException: Commit cannot be completed since the group has already rebalanced",
    "consumer poll timeout has expired. This means the time between subsequent calls to poll() was longer",
  ],
  kafka_lag: [
    "consumer lag 120000 exceeds threshold 5000 on orders-3",
    "OFFSET_OUT_OF_RANGE for partition orders-3",
  ],
  rabbitmq_blocked: [
    "memory resource limit alarm set on node rabbit@mq-1.",
    "pika.exceptions.AMQPConnectionError",
    "Channel shutdown: CHANNEL_ERROR - second 'channel.open' seen",
  ],
  broker_unreachable: [
    "[Producer clientId=p] Connection to node -1 (kafka/10.0.0.5:9092) could not be established. Broker may not be available.",
    "%3|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/1: Disconnected (after 31ms in state UP)",
    "kafka: client has run out of available brokers to talk to",
    "org.apache.kafka.common.errors.TimeoutException: Topic orders not present in metadata after 60000 ms.",
    "KafkaTimeoutError: Failed to update metadata after 60.0 secs.",
    "2/2 brokers are down: Local: All broker connections are down",
  ],
  redis_full: ["OOM command not allowed when used memory > 'maxmemory'."],
  redis_read_only: [
    "READONLY You can't write against a read only replica.",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
  ],
  redis_cluster: ["CLUSTERDOWN The cluster is down", "ReplyError: MOVED 3999 127.0.0.1:6381"],
  search_blocked: [
    "ClusterBlockException[blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];]",
    "flood stage disk watermark [95%] exceeded on [x]",
    "MasterNotDiscoveredException[null]",
    "all shards failed",
  ],
  search_overloaded: [
    "CircuitBreakingException[[parent] Data too large, data for [<http_request>] would be [1.9gb]]",
    "es_rejected_execution_exception: rejected execution of primary operation",
  ],
  upstream_unavailable: [
    "2024/05/01 connect() failed: no live upstreams while connecting to upstream",
    "upstream prematurely closed connection while reading response header from upstream",
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "503 Service Unavailable",
    "504 Gateway Time-out",
    "Received HTTP code 502 Bad Gateway",
    "request failed status=503 path=/pay",
    'GET /pay HTTP/1.1" 502 157',
    "no healthy upstream",
    "Server orders/web-1 is DOWN, reason: Layer4 timeout",
  ],
  connection_blocked: [
    "java.net.NoRouteToHostException: No route to host",
    "Error: connect EHOSTUNREACH 10.0.0.9:443",
    "dial tcp 10.0.0.9:443: connect: operation not permitted",
    "OSError: [Errno 101] Network is unreachable",
    "connect EACCES 10.1.1.1:6379",
  ],
  connection_refused: [
    "dial tcp 10.0.0.9:8080: connect: connection refused",
    "java.net.ConnectException: Connection refused (Connection refused)",
    "No connection could be made because the target machine actively refused it.",
    "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
    "Error: connect ECONNREFUSED 10.96.0.1:9092",
  ],
  deadline_exceeded: [
    'Get "http://pay:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    "io.grpc.StatusRuntimeException: DEADLINE_EXCEEDED: deadline exceeded after 4.99s",
    "rpc error: code = DeadlineExceeded desc = stream terminated",
  ],
  connection_timeout: [
    "java.net.SocketTimeoutException: Read timed out",
    "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='x', port=443): Max retries exceeded",
    "Error: connect ETIMEDOUT 10.0.0.2:6379",
    "dial tcp 10.0.0.2:443: i/o timeout",
    "curl: (28) Connection timed out after 5001 milliseconds",
    "AxiosError: timeout of 5000ms exceeded",
    "net/http: TLS handshake timeout",
    "java.net.ConnectException: Connection timed out: connect",
    "asyncio.exceptions.TimeoutError",
    "redis.exceptions.TimeoutError: Timeout reading from socket",
    "Operation timed out after 30000 milliseconds with 0 bytes received",
  ],
  connection_reset: [
    "read tcp 10.0.0.1:443: read: connection reset by peer",
    "Error: socket hang up",
    "java.io.IOException: Broken pipe",
    "http.client.RemoteDisconnected: Remote end closed connection without response",
    "Error: read ECONNRESET",
  ],
  grpc_unavailable: [
    "rpc error: code = Unavailable desc = name resolver error",
    "io.grpc: 14 UNAVAILABLE: No connection",
  ],
  access_denied: [
    'pods is forbidden: User "system:serviceaccount:a:b" cannot list resource "pods" in API group ""',
    "AccessDenied: User: arn:aws:iam::1:role/x is not authorized to perform: s3:GetObject",
    "ERROR: permission denied for table orders",
    "Request failed with status code 403",
    "rpc error: code = PermissionDenied desc = denied",
    "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]",
  ],
  unauthenticated: [
    "401 Unauthorized",
    "ExpiredToken: The security token included in the request is expired",
    "jwt expired: TokenExpiredError",
    "oauth2: invalid_grant",
    "Error: Invalid API key provided",
  ],
  file_permission: [
    "PermissionError: [Errno 13] Permission denied: '/var/lib/app'",
    "Error: EACCES: permission denied, open '/data/x'",
    "mkdir: cannot create directory '/data': Permission denied",
  ],
  circuit_open: [
    "CircuitBreaker 'payment' is OPEN and does not permit further calls",
    "Polly.CircuitBreaker.BrokenCircuitException: The circuit is now open",
    "CircuitBreaker 'payment' changed state from CLOSED to OPEN",
  ],
  health_check_failing: [
    "Health check failed: redis not reachable",
    "Readiness probe failed: HTTP probe failed with statuscode: 500",
    "backend web-3 marked unhealthy",
  ],
  segfault: [
    "app[812]: segfault at 0 ip 00007f sp 00007ffd error 4 in libfoo.so",
    "# A fatal error has been detected by the Java Runtime Environment: SIGSEGV (0xb)",
    "Segmentation fault (core dumped)",
    "server: main.cpp:42: int f(): Assertion `x > 0' failed.",
    "free(): double free or corruption (out)",
  ],
  panic: [
    "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:",
    "2024/05/01 http: panic serving 10.0.0.1:4242: runtime error: invalid memory address or nil pointer dereference",
    "thread 'main' panicked at src/main.rs:4:5:\nno such order",
    "fatal error: concurrent map writes",
    "UnhandledPromiseRejectionWarning: TypeError: x is not a function",
    "Uncaught TypeError: Cannot read properties of undefined (reading 'id')",
    "[Recovery] 2024/05/01 panic recovered: boom",
    "E0501 panic.go:1] Observed a panic: runtime.boundsError",
    "PHP Fatal error:  Uncaught Exception: boom in /app/a.php:3",
    "Kernel panic - not syncing: Fatal exception",
  ],
};

describe("known failures", () => {
  test("each has lines that show it, a name of its own and a code that is known", () => {
    expect(knownFailures.map(({ name }) => name).sort()).toEqual(Object.keys(shown).sort());
    expect(knownFailures.filter(({ code }) => !Object.hasOwn(findingCodes, code))).toEqual([]);
    for (const { meaning, hint } of knownFailures)
      expect(`${meaning} ${hint}`).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
  });

  test.each(Object.entries(shown).flatMap(([name, lines]) => lines.map((line) => [line, name] as const)))(
    "%j shows %s",
    (line, name) => {
      expect(failureIn(line)?.name).toBe(name);
    },
  );
});

test.each([
  "connection authorized: user=postgres database=shop",
  "request timeout is set to 30s",
  "Successfully initialized new client",
  "payment declined order=ord-1",
  "retry 3 succeeded after connection refused",
  "Reconnected to redis after ECONNRESET",
  "sync finished with 0 errors and 0 timeouts",
  "errors=0 failed=0 took=3ms",
  "batch 7: 0 connection timeouts",
  "No deadlocks detected in the last check",
  "HikariPool-1 - Start completed.",
  "connection pool initialized: max 40, timeout 30s",
  "rate limiter configured: 100 requests per second",
  "circuit breaker payment registered, opens after 5 failures".replace(" failures", " calls"),
  "CircuitBreaker 'payment' changed state from OPEN to HALF_OPEN",
  "(node:1) [DEP0005] DeprecationWarning: Buffer() is deprecated",
  "health check passed in 3ms",
  "GET /orders/503 HTTP/1.1 200 12",
  'GET /health HTTP/1.1" 200 429',
  "certificate renewed, valid until 2027-01-01",
  "listening on port 5432",
  "loaded 429 products, skipped 503",
  "database system is ready to accept connections",
  "database system was shut down at 2024-01-01 10:00:00 UTC",
  "checkpoint complete: wrote 503 buffers",
  "Leader elected: web-2",
  "consumer group orders joined with generation 12",
  "oom score adjusted to -998",
  "panicking is not what this library does",
  "using configuration file /etc/app/config.yaml",
  "No PostgreSQL configuration items changed, nothing to reload.",
  "user logged in successfully",
  "deadline for order ord-7 is tomorrow",
  "token refreshed, expires in 3600s",
  "",
])("%j shows nothing", (line) => {
  expect(failureIn(line)?.name).toBeUndefined();
});

test("only the start of a long text is looked at, and it ends", () => {
  expect(knownFailure(`${"x".repeat(5_000)} connection refused`)).toBeNull();
  for (const hostile of ["connection ", "status: ", "a=", '"', "circuit breaker ", "(", "x.", "migration "]) {
    expect(knownFailure(hostile.repeat(100_000))).toBeNull();
  }
});
