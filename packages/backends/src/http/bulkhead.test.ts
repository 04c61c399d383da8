import { BulkheadRejectedError } from "cockatiel";
import { expect, test } from "vitest";
import { bulkhead } from "./bulkhead.ts";

const here = new AbortController().signal;

/** A run that ends when told to. */
function held() {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => ended, end };
}

test("who leaves the line takes nobody's turn", async () => {
  const limited = bulkhead(1, 10);
  const first = held();
  const running = limited(here, first.run);
  const leaving = new AbortController();
  const left = limited(leaving.signal, async () => "never");
  const served: string[] = [];
  const others = ["b", "c"].map((name) => limited(here, async () => served.push(name)));
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  first.end();
  await Promise.all([running, ...others]);
  expect(served).toEqual(["b", "c"]);
});

test("a line that is full rejects, and a failed run frees its place", async () => {
  const limited = bulkhead(1, 1);
  const first = held();
  const running = limited(here, async () => {
    await first.run();
    throw new Error("failed");
  });
  const second = limited(here, async () => "served");
  await expect(limited(here, async () => "never")).rejects.toBeInstanceOf(BulkheadRejectedError);
  first.end();
  await expect(running).rejects.toThrow("failed");
  expect(await second).toBe("served");
  expect(await limited(here, async () => "next")).toBe("next");
});
