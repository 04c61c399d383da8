import { expect, test } from "vitest";
import { together } from "./together.ts";

test("what comes while another is written goes together, so many at once", async () => {
  const writes: number[][] = [];
  const record = together<number>(3, async (items) => {
    writes.push([...items]);
    await new Promise((resolve) => setImmediate(resolve));
  });
  await Promise.all([1, 2, 3, 4, 5].map(record));
  await record(6);
  expect(writes).toEqual([[1], [2, 3, 4], [5], [6]]);
});

test("one that cannot be written fails alone, and those after it are written", async () => {
  const written: string[] = [];
  const record = together<string>(10, async (items) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (items.includes("bad")) throw new Error("refused");
    written.push(...items);
  });
  const outcomes = await Promise.allSettled(["first", "a", "bad", "b"].map(record));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  await expect(record("bad")).rejects.toThrow("refused");
  await record("last");
  expect(written).toEqual(["first", "a", "b", "last"]);
});
