import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Acme, startAcme } from "../testing/acme.ts";

function running(scenario: string) {
  let acme: Acme | undefined;
  beforeAll(async () => {
    acme = await startAcme(scenario);
  });
  afterAll(() => acme?.close());
  return async (tool: string, input: object) => {
    if (acme === undefined) throw new Error("Acme is not running");
    return await acme.registry.call(tool, input, { onset: new Date(acme.onset.getTime() + 120_000) });
  };
}

describe("a pool that a deploy shrank", () => {
  const call = running("acme-01");
  const service = "order-service";

  test("scan_log_patterns: what is new since the onset, then the service's own", async () => {
    const { data, searched, omitted } = await call("scan_log_patterns", { service });
    expect(data).toMatchObject({
      scanned: { built_in: expect.any(Number), own: expect.any(Number) },
      matches: expect.arrayContaining([
        expect.objectContaining({
          name: "pool_exhausted",
          code: "db.pool_exhausted",
          own: false,
          severity: "critical",
          before: 0,
          is_new: true,
          hint: expect.stringMatching(/pool/i),
          root_exception: expect.stringMatching(/^java\.sql\.SQLTransientConnectionException: /),
        }),
        expect.objectContaining({ name: "PaymentDeclined", code: null, own: true, is_new: false }),
      ]),
    });
    expect((data as { matches: unknown[] }).matches[0]).toMatchObject({ is_new: true, severity: "critical" });
    expect(searched).toMatch(/prod-order-\*.*compared with/);
    expect(omitted ?? "").not.toMatch(/cut to fit/i);
  });

  test("query_logs: rates beside counts, the language of a trace", async () => {
    const { data } = await call("query_logs", { service });
    expect(data).toMatchObject({
      patterns: expect.arrayContaining([
        expect.objectContaining({
          known_as: "db.pool_exhausted",
          language: "java",
          per_minute: { now: expect.any(Number), before: 0 },
        }),
      ]),
    });
  });

  test("get_pod_logs: of a service that does not crash the errors and the end", async () => {
    const { data, summary, state } = (await call("get_pod_logs", { service })) as {
      data: { logs: { pod: string; previous: boolean; failures: { name: string }[]; excerpts: unknown[] }[] };
      summary?: string;
      state: string;
    };
    expect([state, summary]).toEqual(["ok", undefined]);
    expect(data.logs).toHaveLength(1);
    expect(data.logs[0]).toMatchObject({ previous: false, missing: null });
    expect(data.logs[0]?.failures.map(({ name }) => name)).toContain("pool_exhausted");
    expect(data.logs[0]?.excerpts.length).toBeGreaterThan(3);
  });

  test("get_pod_logs: one pod by its name; one that is not there is an error", async () => {
    const found = await call("get_pod_status", { service });
    const { cluster, namespace, pods } = found.data as {
      cluster: string;
      namespace: string;
      pods: { name: string }[];
    };
    const pod = pods.at(-1)?.name;
    expect(await call("get_pod_logs", { cluster, namespace, pod, tail: 20 })).toMatchObject({
      data: { service, logs: [{ pod }] },
    });
    const missing = await call("get_pod_logs", { cluster, namespace, pod: "nobody-1" });
    expect(missing.error?.kind).toBe("not_found");
  });

  test.each([
    ["get_pod_logs", {}, "invalid_input"],
    ["get_pod_logs", { service, tail: 0 }, "invalid_input"],
    ["get_pod_logs", { service: "order-servise" }, "not_found"],
    ["get_pod_logs", { cluster: "prod-us-east-1", namespace: "../x", pod: "a" }, "invalid_input"],
    ["scan_log_patterns", { service: "order-servise" }, "not_found"],
    ["scan_log_patterns", { service, from: "2999-01-01T00:00:00Z" }, "invalid_input"],
  ])("%s %j: %s", async (tool, input, kind) => {
    expect((await call(tool, input)).error?.kind).toBe(kind);
  });
});

describe("a release that runs out of memory", () => {
  const call = running("acme-03");

  test("get_pod_logs: the run that was killed comes first", async () => {
    const { data, omitted } = await call("get_pod_logs", { service: "payment-service" });
    const { logs } = data as { logs: { previous: boolean; state: string; lines_read: number }[] };
    expect(logs[0]).toMatchObject({
      previous: true,
      state: expect.stringMatching(/OOMKilled with exit code 137/),
    });
    expect(logs.length).toBeLessThanOrEqual(6);
    expect(omitted ?? "").not.toMatch(/Cut to fit/);
  });
});
