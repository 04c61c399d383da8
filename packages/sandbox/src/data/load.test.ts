import { describe, expect, test } from "vitest";
import { loadAcme, loadScenario, parseScenario, scenarioNames } from "./load.ts";

describe("scenarios", () => {
  test("the first four exist", () => {
    expect(scenarioNames()).toEqual(expect.arrayContaining(["acme-01", "acme-02", "acme-03", "acme-04"]));
  });

  test.each(scenarioNames())("%s is valid and its title does not give the cause away", (name) => {
    const scenario = loadScenario(name);
    expect(scenario.title).not.toMatch(
      /pool|rds|aws|oom|outage|leak|throttl|quota|certificate|dns|deadlock/i,
    );
    for (const pattern of [...scenario.truth.must_mention, ...scenario.truth.must_not_claim])
      new RegExp(pattern, "i");
  });

  test.each<[string, (data: Record<string, unknown>) => void, RegExp]>([
    ["an unknown key", (data) => Object.assign(data, { onset: 3 }), /unknown key "onset"/],
    ["a missing alert", (data) => Object.assign(data, { alerts: [] }), /there is no alert/],
    [
      "an effect on nobody",
      (data) =>
        Object.assign(data, { effects: [{ on: "mongo", signal: "up", shape: "step", from: 0, value: 0 }] }),
      /effect target "mongo"/,
    ],
    [
      "a code that no finding has",
      (data) =>
        Object.assign(data, {
          truth: { ...loadScenario("acme-01").truth, roots: [{ service: "order-service", code: "db.gone" }] },
        }),
      /"db\.gone" is no finding code/,
    ],
  ])("refuses %s", (_what, spoil, message) => {
    const { name: _name, ...data } = structuredClone(loadScenario("acme-01"));
    spoil(data);
    expect(() => parseScenario("x", JSON.parse(JSON.stringify(data)))).toThrow(message);
  });

  test("an unknown name is answered with the known ones", () => {
    expect(() => loadScenario("acme-99")).toThrow(/acme-01/);
  });
});

test("Acme is large enough: clusters, kinds of resources, a chain of five dependencies", () => {
  const { services, company } = loadAcme();
  expect(new Set(services.map(({ cluster }) => cluster)).size).toBe(company.clusters.length);
  const kinds = services.flatMap(({ files }) => [
    ...(files["service.yaml"] ?? "").matchAll(/pattern: "?(\w+)-\*/g),
  ]);
  expect(new Set(kinds.map(([, kind]) => kind)).size).toBeGreaterThanOrEqual(5);
  const depth = (name: string): number => {
    const below = services.find((service) => service.name === name)?.dependencies ?? [];
    return below.length === 0 ? 0 : 1 + Math.max(...below.map(depth));
  };
  expect(depth("api-gateway")).toBeGreaterThanOrEqual(4);
});

test("there are healthy scenarios, and some with two causes", () => {
  const truths = scenarioNames().map((name) => loadScenario(name).truth);
  expect(truths.length).toBeGreaterThanOrEqual(30);
  expect(truths.filter(({ healthy }) => healthy).length).toBeGreaterThanOrEqual(6);
});

test("every service.yaml names the team's own workload and index", () => {
  const { services } = loadAcme();
  expect(services.map((service) => service.name)).toHaveLength(14);
  for (const service of services) expect(service.indexPrefix).toMatch(/^prod-[a-z]+-$/);
});
