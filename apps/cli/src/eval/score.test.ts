import { describe, expect, test } from "vitest";
import { type Answer, type Expected, type Judgement, judge } from "./judge.ts";
import { calibration, score } from "./score.ts";

const pool = { service: "order-service", code: "db.pool_exhausted" };
const outage = { service: "postgres-orders", code: "aws.outage" };
const oom = { service: "payment-service", code: "k8s.oom_killed" };

const faulty: Expected = {
  healthy: false,
  roots: [pool],
  must_mention: ["pool", "DB_POOL_MAX|connections"],
  must_not_claim: ["\\bOOM"],
};
const two: Expected = { ...faulty, roots: [pool, { ...outage, or: ["db.unreachable"] }] };
const healthy: Expected = { healthy: true, roots: [], must_mention: [], must_not_claim: [] };

function answer(...causes: readonly (readonly [typeof pool, number, string?])[]): Answer {
  return {
    causes: causes.map(([root, confidence, statement = ""]) => ({ ...root, confidence, statement })),
    text: causes.map(([, , statement = ""]) => statement).join("\n"),
  };
}

describe("judge", () => {
  test.each<[string, Answer | null, Expected, Partial<Judgement>]>([
    ["the first cause is it", answer([pool, 0.9]), faulty, { verdict: "right", top1: true, top3: true }],
    [
      "the third cause is it",
      answer([oom, 0.9], [outage, 0.5], [pool, 0.3]),
      faulty,
      { verdict: "wrong", top1: false, top3: true, confidence: 0.9 },
    ],
    [
      "the fourth comes too late",
      answer([oom, 0.9], [outage, 0.5], [{ ...oom, service: "x" }, 0.4], [pool, 0.3]),
      faulty,
      { verdict: "wrong", top3: false },
    ],
    [
      "the code alone is not it",
      answer([{ ...pool, service: "user-service" }, 0.9]),
      faulty,
      { top1: false },
    ],
    ["one of two causes", answer([outage, 0.9]), two, { verdict: "right", top1: true, top3: true }],
    [
      "the other one, second",
      answer([oom, 0.9], [pool, 0.8]),
      two,
      { verdict: "wrong", top1: false, top3: true },
    ],
    [
      "a code that is no less right",
      answer([{ ...outage, code: "db.unreachable" }, 0.9], [pool, 0.8]),
      two,
      { top1: true, top3: true },
    ],
    ["no cause stated", answer(), faulty, { verdict: "abstained", top1: false, confidence: null }],
    ["nothing wrong, nothing said", answer(), healthy, { verdict: "quiet" }],
    ["nothing wrong, a cause said", answer([oom, 0.4]), healthy, { verdict: "false_alarm", top1: false }],
    ["no answer at all", null, faulty, { verdict: "failed", missing: faulty.must_mention }],
    [
      "letters' case does not matter, alternatives do",
      answer([pool, 0.9, "The POOL has db_pool_max 5"]),
      faulty,
      { missing: [], claimed: [] },
    ],
    [
      "what is claimed is looked for in the causes",
      answer([pool, 0.9, "after an oom kill"]),
      faulty,
      { missing: ["pool", "DB_POOL_MAX|connections"], claimed: ["\\bOOM"] },
    ],
  ])("%s", (_, given, truth, expected) => {
    expect(judge(given, truth)).toMatchObject(expected);
  });

  test("what is only mentioned is not claimed", () => {
    const said = { ...answer([pool, 0.9]), text: "Checked and well: no OOM kills, pool, connections" };
    expect(judge(said, faulty)).toMatchObject({ missing: [], claimed: [] });
  });
});

describe("score", () => {
  const runs = (...given: readonly (readonly [Answer | null, Expected])[]): Judgement[] =>
    given.map(([said, truth]) => judge(said, truth));

  test.each<[string, Judgement[], object]>([
    [
      "nothing run",
      [],
      {
        top1: null,
        top3: null,
        must_mention: null,
        must_not_claim: null,
        false_alarms: null,
        ece: null,
        n: 0,
      },
    ],
    [
      "only healthy worlds have no accuracy",
      runs([answer(), healthy], [answer([oom, 0.8]), healthy]),
      { top1: null, abstained: null, false_alarms: 0.5, confidently_wrong: 0.5, ece: 0.8, n: 2 },
    ],
    [
      "shares are of the worlds they are about",
      runs(
        [answer([pool, 0.9, "pool connections"]), faulty],
        [answer([oom, 0.69]), faulty],
        [answer(), faulty],
        [answer(), healthy],
      ),
      {
        top1: 0.3333,
        top3: 0.3333,
        must_mention: 0.3333,
        must_not_claim: 0.6667,
        confidently_wrong: 0,
        abstained: 0.3333,
        false_alarms: 0,
        n: 4,
      },
    ],
    ["0.7 is confident", runs([answer([oom, 0.7]), faulty]), { confidently_wrong: 1 }],
    ["a failed run is no hit", runs([answer([pool, 1]), faulty], [null, faulty]), { top1: 0.5, n: 2 }],
    ["certain and right", runs([answer([pool, 1]), faulty]), { ece: 0 }],
    [
      "right as often as it says",
      runs([answer([pool, 0.5]), faulty], [answer([oom, 0.5]), faulty]),
      { ece: 0 },
    ],
    [
      "bins weigh by their runs",
      runs([answer([pool, 0.95]), faulty], [answer([oom, 0.95]), faulty], [answer([oom, 0.2]), faulty]),
      // 2/3 · |0.5 − 0.95| + 1/3 · |0 − 0.2|
      { ece: 0.3667 },
    ],
  ])("%s", (_, given, expected) => {
    expect(score(given)).toMatchObject(expected);
  });

  test.each([
    [0, 0],
    [0.29, 0.2],
    [0.3, 0.3],
    [0.7, 0.7],
    [1, 0.9],
  ])("confidence %d falls into the bin from %d", (confidence, from) => {
    expect(calibration(runs([answer([pool, confidence]), faulty]))).toEqual([
      { from, count: 1, confidence, right: 1 },
    ]);
  });
});
