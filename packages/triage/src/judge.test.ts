import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import { describe, expect, test } from "vitest";
import { after, context, evidenceOf, graph, ONSET } from "./acme.fixture.ts";
import { rank } from "./rank.ts";
import { allRead } from "./read.fixture.ts";

describe("confidence", () => {
  const bare = (change: Partial<Finding>): Finding => ({
    code: "db.pool_exhausted",
    subject: "order-service",
    severity: "critical",
    confidence: 0.95,
    since: ONSET,
    summary: "…",
    evidence: ["ev_1"],
    ...change,
  });
  const symptom = bare({ code: "service.error_rate" });
  const read = evidenceOf(...allRead);
  const without = (...tools: string[]) => evidenceOf(...allRead.filter(({ tool }) => !tools.includes(tool)));
  const of = (findings: Finding[], evidence = read) => rank(findings, evidence, graph, context).causes;

  test.each([
    ["specific, in time", bare({}), read, 0.9, 1],
    ["specific, in time, but logs were not read", bare({}), without("query_logs"), 0.6, 0.69],
    ["the kernel's word, whatever was not read", bare({ code: "k8s.oom_killed" }), evidenceOf(), 0.9, 1],
    ["specific, but long before", bare({ since: after(-400) }), read, 0.3, 0.69],
    ["specific, at an unknown time", bare({ since: null }), read, 0.7, 0.85],
    ["unspecific, in time", bare({ code: "network.refused" }), read, 0.7, 0.85],
    [
      "unspecific, in time, but pods were not read",
      bare({ code: "network.refused" }),
      without("get_pod_status"),
      0.1,
      0.4,
    ],
    ["outside the graph", bare({ subject: "elsewhere" }), read, 0.1, 0.5],
  ])("of what is %s", (_, finding, evidence, least, most) => {
    const confidence = of([finding, symptom], evidence)[0]?.confidence;
    expect(confidence).toBeGreaterThanOrEqual(least);
    expect(confidence).toBeLessThanOrEqual(most);
  });

  test("a fault of unknown time is dated by the change that touches it", () => {
    const undated = bare({ since: null });
    const change = bare({ code: "change.config", since: after(-4), facts: { touches: "db_pool" } });
    const [dated] = of([undated, symptom, change]);
    expect(dated?.confidence).toBeGreaterThan(of([undated, symptom])[0]?.confidence ?? 1);
    expect(dated?.confidence).toBeGreaterThanOrEqual(0.9);
  });

  test.each<[string, FindingCode, FindingCode]>([
    ["what forbids new pods, not the load that asks for them", "k8s.quota", "traffic.surge"],
    ["memory that ran out, not the collector that fought for it", "app.out_of_memory", "app.gc_pressure"],
  ])("is given to %s long before", (_, fault, first) => {
    const causes = of([
      bare({ code: fault, since: after(10) }),
      bare({ code: first, since: after(-9) }),
      symptom,
    ]);
    expect(causes.map(({ code }) => code)).toEqual([fault]);
    expect(causes[0]?.confidence).toBeGreaterThanOrEqual(0.9);
  });

  test("what was not read is named", () => {
    const [cause] = of([bare({}), symptom], without("query_logs", "check_aws_health"));
    expect(cause?.why).toContain("It is a fault, not only a sign");
    expect(cause?.why).toContain(
      "Something else may lie behind it, for this was not read: AWS Health and logs",
    );
  });

  test("a fault of unknown time in another place takes nothing from one that began in time", () => {
    const other = bare({ subject: "payment-service", code: "k8s.oom_killed", since: null });
    const [alone, beside] = [of([bare({}), symptom]), of([bare({}), other, symptom])].map(
      (causes) => causes.find(({ code }) => code === "db.pool_exhausted")?.confidence,
    );
    expect(beside).toBe(alone);
  });

  test("changes alone compete, and each says which of them it is", () => {
    const change = (minutes: number, more: Partial<Finding> = {}) =>
      bare({
        code: "change.deploy",
        since: after(-minutes),
        confidence: 0.5 ** (minutes / 120),
        facts: { touches: "image", kind: "rollout", commit: `c${minutes}` },
        ...more,
      });
    const [only] = of([change(4), symptom]);
    expect(only?.why[0]).toMatch(/^It is the only change found on a service with symptoms/);
    // The commit that a rollout brought is no change of its own, one of a service that is well no suspect.
    const commit = change(9, { facts: { touches: "image", kind: "commit", commit: "c4" } });
    const elsewhere = change(5, { subject: "payment-service" });
    expect(of([change(4), commit, elsewhere, symptom])).toMatchObject([
      { confidence: only?.confidence, why: only?.why },
    ]);

    const several = of([change(4), change(20), change(600), symptom]);
    expect(several.map(({ since, why }) => [since, why[0]])).toEqual([
      [after(-4), expect.stringMatching(/^It is the latest before the onset of 3 changes found/)],
      [after(-20), expect.stringMatching(/^It is one of 3 changes found/)],
    ]);
    expect(several[0]?.confidence).toBeLessThan(0.7);
    expect(several[0]?.confidence).toBeGreaterThan(several[1]?.confidence ?? 1);
  });

  test.each([
    ["the same node", bare({ code: "k8s.oom_killed" }), 0.7],
    ["another node that is only a sign", bare({ subject: "payment-service", code: "network.refused" }), 0.97],
  ])("is shared with a rival at %s", (_, rival, most) => {
    const confidenceOf = (findings: Finding[]) =>
      of(findings).find(({ code }) => code === "db.pool_exhausted")?.confidence ?? 1;
    const shared = confidenceOf([bare({}), rival, symptom]);
    expect(shared).toBeLessThan(confidenceOf([bare({}), symptom]));
    expect(shared).toBeLessThan(most);
  });

  test("two faults in themselves in two places may both be the cause", () => {
    const other = bare({ subject: "payment-service", code: "k8s.oom_killed" });
    expect(of([bare({}), other, symptom]).map(({ confidence }) => confidence >= 0.7)).toEqual([true, true]);
  });

  test("findings that explain each other in a ring are not lost", () => {
    const ring = ["order-service", "payment-service"].map((subject) =>
      bare({ subject, code: "dependency.down" }),
    );
    const loop = { ...graph, reaches: () => true };
    expect(rank(ring, evidenceOf(), loop, context).causes).toHaveLength(2);
  });

  test("names at most five causes", () => {
    const many = Array.from({ length: 9 }, (_, i) => bare({ subject: `service-${i}` }));
    expect(rank(many, evidenceOf(), graph, context).causes).toHaveLength(5);
  });
});
