import { describe, expect, test } from "vitest";
import { context, evidenceOf, line, logs } from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";

const refused = {
  known_as: "db.connection_refused",
  example: "Connection to orders-db.internal:5432 refused",
};

describe("log patterns", () => {
  test.each([
    ["the pool is the service's own", line(), ["db.pool_exhausted order-service"]],
    ["a refusal is the only database's", line(refused), ["db.connection_refused postgres-orders"]],
    [
      "the dependency that is named",
      line({ known_as: "network.timeout", example: "GET http://payment-service:8080/charge timed out" }),
      ["network.timeout payment-service"],
    ],
    [
      "nobody that is named",
      line({ known_as: "network.timeout", example: "read timed out" }),
      ["network.timeout order-service"],
    ],
    [
      "surging, though not new",
      line({ is_new: false, before: 20, count: 400 }),
      ["db.pool_exhausted order-service"],
    ],
    [
      "a cache that refuses writes is the only cache",
      line({ known_as: "cache.full", example: "OOM command not allowed" }),
      ["cache.full redis-sessions"],
    ],
    [
      "a broker without a queue declared",
      line({ known_as: "queue.broker", example: "all brokers down" }),
      ["queue.broker order-service"],
    ],
    [
      "what a proxy finds no backend of",
      line({ known_as: "network.upstream", example: "upstream payment-service: 504 Gateway Timeout" }),
      ["network.upstream payment-service"],
    ],
    ["a search cluster", line({ known_as: "search.unavailable" }), ["search.unavailable order-service"]],
    [
      "clocks",
      line({ known_as: null, example: "nbf check failed, node clock differs from peers" }),
      ["app.clock_skew order-service", "log.error_surge order-service"],
    ],
    [
      "a stampede on a declared cache",
      line({ known_as: null, level: "WARN", example: "thundering herd on key p:1" }),
      ["cache.stampede order-service"],
    ],
    [
      "a redelivered message without a queue declared",
      line({ known_as: null, example: "message 7 requeued, attempt 90" }),
      ["log.error_surge order-service"],
    ],
    ["an error without a name", line({ known_as: null }), ["log.error_surge order-service"]],
    [
      "one of the service's own patterns",
      line({ known_as: "PaymentDeclined" }),
      ["log.error_surge order-service"],
    ],
    [
      "an own pattern that bears a name of the cluster's",
      line({ known_as: "k8s.oom_killed" }),
      ["log.error_surge order-service"],
    ],
  ])("%s", (_, row, found) => {
    const findings = analyze(evidenceOf(logs([row])), context);
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual(found);
  });

  test.each([
    ["always logged", line({ is_new: false, before: 400 })],
    ["a known failure, rare as before", line({ is_new: false, before: 1, count: 2 })],
    ["information", line({ known_as: null, level: "INFO" })],
    ["a stampede now and then", line({ known_as: null, level: "WARN", example: "cache stampede", count: 2 })],
    [
      "clocks that always differed",
      line({ known_as: null, level: "WARN", example: "clock drift", is_new: false, before: 400 }),
    ],
    ["a single new error", line({ known_as: null, count: 1 })],
    ["a name from a prototype", line({ known_as: "constructor", level: "WARN" })],
  ])("%s is no finding", (_, row) => {
    expect(analyze(evidenceOf(logs([row])), context)).toEqual([]);
  });

  test("patterns of one failure are one finding", () => {
    const findings = analyze(
      evidenceOf(logs([line({ count: 10 }), line({ count: 5, template: "other" })])),
      context,
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]?.summary).toBe(
      'order-service logged 15 lines of "HikariPool-1 - Connection is not available, request timed out after 30000ms" since 03:01 UTC, none before',
    );
  });
});
