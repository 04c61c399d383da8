import { afterEach, describe, expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import { orderCase } from "./testing/order-case.ts";
import { looksAround, type Stage, stage, submits } from "./testing/stage.ts";

let open: Stage | undefined;
afterEach(async () => {
  await open?.server.close();
  open = undefined;
});

const tooLong = { error: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" };
const noRoom = { stopReason: "model_context_window_exceeded" as const, content: [{ text: "So" }] };

describe("a conversation that outgrew the window", () => {
  test.each([
    ["is refused", tooLong],
    ["has no room for an answer", noRoom],
  ])("and %s is asked again without its old results", async (_, overflow) => {
    open = await stage([looksAround, overflow, submits()]);
    const outcome = await diagnose(orderCase, open.deps);
    expect(outcome).toMatchObject({ state: "done" });
    const [, before, after] = open.server.requests;
    expect(JSON.stringify(before?.body.messages.at(-1))).toContain("dependents: [checkout-web]");
    expect(JSON.stringify(after?.body.messages)).not.toContain("dependents: [checkout-web]");
    expect(open.calls).toEqual(["get_dependents"]);
  });

  test("with nothing left to leave out ends in words", async () => {
    open = await stage([{ ...tooLong, always: true }]);
    const outcome = await diagnose(orderCase, open.deps);
    expect(outcome).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("narrower time or service"),
    });
    expect(open.server.requests).toHaveLength(1);
  });
});
