import { describe, expect, test } from "vitest";
import { loadAcme, loadScenario, scenarioNames } from "../data/load.ts";
import type { Scenario } from "../data/scenario.ts";
import { vary } from "../data/vary.ts";
import { labelsKey } from "../prometheus/series.ts";
import { createRandom } from "./random.ts";
import { SCRAPE_MS } from "./timeline.ts";
import { createWorld, type World } from "./world.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const acme = loadAcme();

function worldOf(scenario: Scenario, seed = 1): World {
  return createWorld({ acme, scenario, seed, now: () => NOW, resourcesOrigin: "http://127.0.0.1:4000" });
}

/** The same company at the same time with nothing wrong. */
function quiet(scenario: Scenario): Scenario {
  const nothing = {
    effects: [],
    changes: [],
    crashes: [],
    pod_states: [],
    scales: [],
    nodes: [],
    events: [],
    objects: [],
  };
  return { ...scenario, ...nothing, logs: [], aws_events: [], resources: {}, status_pages: {}, alerts: [] };
}

/** What each backend would say about the world, as text. */
function answers(world: World, touched: ReadonlySet<string>): Record<string, string> {
  const at = Math.floor(NOW.getTime() / SCRAPE_MS) * SCRAPE_MS;
  const told = [...world.metrics.series()].filter(
    ({ labels }) =>
      labels.__name__ !== "ALERTS" &&
      (touched.has(labels.job ?? labels.container ?? "")
        ? !/_bucket$/.test(labels.__name__ ?? "")
        : !/_(total|bucket|sum|count)$/.test(labels.__name__ ?? "")),
  );
  const clusters = [...world.clusters.values()];
  const kinds = [
    ...(["pods", "events", "deployments", "nodes", "configmaps", "horizontalpodautoscalers"] as const),
    ...(["services", "ingresses", "networkpolicies", "certificates", "persistentvolumeclaims"] as const),
  ] as const;
  return {
    metrics: told.map((series) => `${labelsKey(series.labels)} ${series.at(at)}`).join("\n"),
    logs: JSON.stringify([...world.logs.values()].map(({ lines }) => lines(at - 600_000, at))),
    kubernetes: JSON.stringify(clusters.map((cluster) => kinds.map((kind) => cluster.list(kind)))),
    github: [...world.repositories.values()].map((repository) => repository.head().sha).join(),
    aws: JSON.stringify(world.awsEvents()),
    pages: JSON.stringify(Object.keys(acme.company.status_pages).map((name) => world.statusPage(name))),
  };
}

describe.each(scenarioNames())("%s", (name) => {
  const scenario = loadScenario(name);
  test("is the same twice, and another one with another seed", () => {
    const first = answers(worldOf(scenario, 3), new Set());
    expect(answers(worldOf(scenario, 3), new Set())).toEqual(first);
    expect(answers(worldOf(scenario, 4), new Set())).not.toEqual(first);
  });

  test("its alert has begun to fire and is complete", () => {
    const world = worldOf(scenario, 2);
    expect(world.alerts()).toHaveLength(scenario.alerts.length);
    expect(JSON.stringify([world.alert(), world.alerts()])).not.toMatch(/\$\{|undefined/);
  });
});

test.each(scenarioNames().filter((name) => !loadScenario(name).truth.healthy))(
  "%s shows its fault in two backends or more",
  (name) => {
    const scenario = loadScenario(name);
    const touched = new Set(scenario.effects.map((effect) => effect.on));
    const [told, usual] = [scenario, quiet(scenario)].map((one) => answers(worldOf(one), touched));
    const telling = Object.keys(told ?? {}).filter((backend) => told?.[backend] !== usual?.[backend]);
    expect(telling.length, telling.join()).toBeGreaterThanOrEqual(2);
  },
);

describe("another seed", () => {
  const written = loadScenario("acme-01");

  test("seed 1 tells the story as it is written", () => {
    expect(vary(written, 1, createRandom(1))).toBe(written);
  });

  test.each([2, 7, 99])("%d changes numbers within bounds and leaves the truth", (seed) => {
    const told = vary(written, seed, createRandom(seed));
    expect(told.truth).toBe(written.truth);
    expect(told.onset_minutes_ago).not.toBe(written.onset_minutes_ago);
    expect(Math.abs(told.onset_minutes_ago - written.onset_minutes_ago)).toBeLessThanOrEqual(4);
    for (const [i, { signal, value }] of told.effects.entries()) {
      const before = written.effects[i]?.value ?? Number.NaN;
      expect(Math.abs(value - before), signal).toBeLessThanOrEqual(0.2 * before + 1e-9);
    }
  });
});
