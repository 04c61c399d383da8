import { expect, test } from "vitest";
import { failureIn } from "./known.ts";
import { shown } from "./products.fixture.ts";
import { readLogText } from "./read-text.ts";

test.each(Object.entries(shown).flatMap(([name, lines]) => lines.map((line) => [line, name] as const)))(
  "%j shows %s",
  (line, name) => {
    expect(failureIn(line)?.name).toBe(name);
  },
);

test.each([
  "2026-11-20 INFO processed 1204 rows, 0 errors",
  'level=info msg="sync done" errors=0 error=null',
  '{"level":"info","msg":"request","status":200,"error":null,"timeout":false}',
  '{"level":"debug","msg":"cache miss","err":""}',
  "Build finished with 0 failures and 0 warnings",
  "retry succeeded after 2 attempts (connection refused)",
  "Feature flag panic-button enabled",
  "INFO panic button service started on port 8080",
  "INFO The panic room scene was rendered",
  "DEBUG connection timeout set to 30s",
  "INFO HikariPool-1 - Start completed.",
  "INFO HikariPool-1 - Pool stats (total=10, active=2, idle=8, waiting=0)",
  'level=info msg="deadlock detector started"',
  "INFO Circuit breaker orders state changed from OPEN to CLOSED",
  "INFO Reconnected to kafka broker after connection reset",
  "GET /errors/timeout 200 12ms",
  '"GET /docs/out-of-memory HTTP/1.1" 200 512',
  '10.0.0.1 - - [20/Nov/2026:03:04:05 +0000] "GET /api/orders/503 HTTP/1.1" 200 157',
  "INFO Registered handler for UnauthorizedException",
  "INFO Subscribed to topic order.failed",
  'level=info msg="no panics found in last 24h"',
  "INFO oom_score_adj set to -998",
  "INFO rate limit: 1000 requests/min",
  "INFO max_connections = 100",
  "INFO replication lag 0.2s",
  "INFO replica is up to date, Seconds_Behind_Master: 0",
  "INFO DNS lookup took 3ms",
  "INFO certificate valid until 2027-11-20",
  "INFO certificate renewed successfully",
  "INFO disk usage 45%",
  "INFO no space issue found",
  "INFO started leader election",
  "INFO successfully acquired lease kube-system/x",
  "INFO exiting with status 0",
  '{"level":"info","error_count":0,"msg":"batch done"}',
  "INFO 0 deadlocks detected",
  "INFO health check passed",
  "INFO Probe ok",
  "WARN deprecated option 'timeout' will be removed",
  "INFO tests: 120 passed, 0 failed",
  "INFO Loaded rate limiter policy",
  "INFO error budget remaining 99.9%",
  "INFO error handler registered",
  'level=info msg="failover test finished" result=ok',
  "INFO Enabling panic recovery middleware",
  "INFO throttle=false retries=0",
  "INFO TLS handshake completed",
  "INFO token refreshed before it expired",
  "I1120 03:04:05.123456 1 leaderelection.go:260] successfully acquired lease kube-system/kube-scheduler",
  "INFO GC pause 12ms",
  "INFO connection closed by client",
  "INFO Closing connection to db",
  "INFO consumer lag: 0",
  "2026-11-20 03:04:05 UTC LOG:  checkpoint complete: wrote 12 buffers",
  "INFO Timeout value is 30 seconds",
  "INFO Using fallback because circuit 'x' was configured",
  "INFO retrying is disabled",
  "INFO message=Fatal Fury game launched",
  "INFO feature 'deadlock-detection' enabled",
  "info: errors: 0, warnings: 0",
  "INFO job error-report finished in 12 s",
  "INFO 100 requests, 0 timeouts",
  "INFO Too many cooks recipe viewed",
])("%j is no event worth telling", (line) => {
  const [event] = readLogText([line]);
  expect(event).toMatchObject({ failure: null, exception: null });
  expect(["error", "fatal"]).not.toContain(event?.level);
});
