import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Admission, admit, failed, wellModel } from "./model-health.ts";
import { createModelHealthStore } from "./model-health-store.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const failure = {
  probe: null,
  trouble: { atOnce: false, words: "overloaded" },
  outageId: "out_1",
  firstPauseMs: 0,
};

test("an endpoint that nobody has asked is well", async () => {
  expect(await createModelHealthStore(database.sql, "new").read()).toEqual(wellModel);
});

test("failures in many processes at once are all counted; endpoints are apart", async () => {
  const store = createModelHealthStore(database.sql, "a");
  await Promise.all(
    Array.from({ length: 20 }, () =>
      store.change((health, now) => [
        health.state === "closed" ? failed(health, now, failure) : health,
        null,
      ]),
    ),
  );
  expect(await store.read()).toMatchObject({ state: "open", failures: 3 });
  expect(await createModelHealthStore(database.sql, "b").read()).toEqual(wellModel);
});

test("of many that ask at once, one finds out", async () => {
  const store = createModelHealthStore(database.sql, "a");
  const admissions = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      store.change<Admission>((health, now) => admit(health, now, `p${i}`)),
    ),
  );
  expect(admissions.filter(({ go }) => go)).toHaveLength(1);
});
