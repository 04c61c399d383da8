import { describe, expect, test } from "vitest";
import {
  abandoned,
  admit,
  claimNotice,
  failed,
  type ModelHealth,
  noticed,
  succeeded,
  wellModel,
} from "./model-health.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 2, 3, 0, seconds));
const overloaded = { atOnce: false, words: "overloaded" };
const refused = { atOnce: true, words: "key refused" };
const fails = (health: ModelHealth, seconds: number, over: Partial<Parameters<typeof failed>[2]> = {}) =>
  failed(health, at(seconds), {
    probe: null,
    trouble: overloaded,
    outageId: `out_${seconds}`,
    firstPauseMs: 30_000,
    ...over,
  });

/** Three failures, at 1, 2 and 3 seconds. */
const open = fails(fails(fails(wellModel, 1), 2), 3);
const probing = admit(open, at(40), "p1")[0];

describe("opening", () => {
  test("the third failure in a row opens it, and says since when", () => {
    expect(fails(fails(wellModel, 1), 2).state).toBe("closed");
    expect(open).toMatchObject({
      state: "open",
      failures: 3,
      outage: { id: "out_3", since: at(1).toISOString(), retryAt: at(33).toISOString(), said: "nothing" },
    });
  });

  test("a success in between begins the count anew", () => {
    const twice = fails(fails(succeeded(fails(fails(wellModel, 1), 2), at(3), null), 4), 5);
    expect(twice).toMatchObject({ state: "closed", failures: 2, since: at(4).toISOString() });
  });

  test("a refused key opens it at once", () => {
    expect(fails(wellModel, 1, { trouble: refused })).toMatchObject({
      state: "open",
      outage: { failures: 1 },
    });
  });

  test("the endpoint's own wish is kept, up to a quarter of an hour", () => {
    const wish = (retryAfterMs: number) =>
      fails(wellModel, 0, { trouble: { ...refused, retryAfterMs } }).outage?.retryAt;
    expect(wish(120_000)).toBe(at(120).toISOString());
    expect(wish(86_400_000)).toBe(at(900).toISOString());
  });
});

describe("while it is open", () => {
  test("nobody calls before the pause is over", () => {
    expect(admit(open, at(32), "p")[1]).toMatchObject({ go: false, outage: { failures: 3 } });
  });

  test("then one finds out, and only one", () => {
    expect(admit(open, at(33), "p1")[1]).toEqual({ go: true, probe: "p1" });
    expect(admit(probing, at(41), "p2")[1].go).toBe(false);
  });

  test("a probe that is never heard of again is followed by another", () => {
    expect(admit(probing, at(40 + 241), "p2")[1]).toEqual({ go: true, probe: "p2" });
  });

  test("one that gave up leaves the place to the next at once", () => {
    expect(admit(abandoned(probing, "p1"), at(41), "p2")[1]).toEqual({ go: true, probe: "p2" });
    expect(abandoned(probing, null)).toBe(probing);
  });

  test("each failed probe doubles the pause, up to a quarter of an hour", () => {
    const pauses: (number | undefined)[] = [];
    let health = open;
    for (let i = 0, seconds = 40; i < 6; i++, seconds += 1000) {
      health = fails(admit(health, at(seconds), "p")[0], seconds, { probe: "p" });
      pauses.push(health.outage?.pauseMs);
    }
    expect(pauses).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
  });

  test("calls that began before it opened change nothing", () => {
    expect(fails(open, 5)).toBe(open);
    expect(succeeded(open, at(5), null)).toBe(open);
    expect(succeeded(probing, at(45), "p0")).toBe(probing);
  });

  test("the probe's success closes it", () => {
    const well = succeeded(probing, at(45), "p1");
    expect(well).toMatchObject({ state: "closed", failures: 0, outage: { endedAt: at(45).toISOString() } });
    expect(admit(well, at(46), "p")[1]).toEqual({ go: true, probe: null });
  });
});

describe("notices", () => {
  const said = (health: ModelHealth, seconds: number) => claimNotice(health, at(seconds))[1];

  test("degraded is due once, for one process", () => {
    const [claimed, kind] = claimNotice(open, at(4));
    expect(kind).toBe("degraded");
    expect(said(claimed, 5)).toBeNull();
    expect(said(noticed(claimed, "out_3", "degraded"), 500)).toBeNull();
  });

  test("a claim whose process died is over after a minute", () => {
    expect(said(claimNotice(open, at(4))[0], 65)).toBe("degraded");
  });

  test("recovered follows degraded, also when degraded comes late", () => {
    const well = succeeded(probing, at(45), "p1");
    expect(said(well, 46)).toBe("degraded");
    const told = noticed(well, "out_3", "degraded");
    expect(said(told, 47)).toBe("recovered");
    expect(said(noticed(told, "out_3", "recovered"), 48)).toBeNull();
  });

  test("an outage whose end nobody was told goes on; one that was told to be over is followed by another", () => {
    const again = (health: ModelHealth) => fails(health, 60, { trouble: refused });
    const well = noticed(succeeded(probing, at(45), "p1"), "out_3", "degraded");
    expect(again(well).outage).toMatchObject({ id: "out_3", said: "degraded", endedAt: null, failures: 4 });
    expect(again(claimNotice(well, at(59))[0]).outage).toMatchObject({ id: "out_60", said: "nothing" });
    expect(again(noticed(well, "out_3", "recovered")).outage).toMatchObject({ id: "out_60" });
  });

  test("what is said of an older outage is not taken for this one's", () => {
    expect(noticed(open, "out_1", "degraded")).toBe(open);
  });
});
