import type { Outage } from "@oncall/incidents";
import { expect, test } from "vitest";
import { renderDegraded, renderRecovered } from "./render-outage.ts";

const outage: Outage = {
  id: "out_222222222222",
  since: "2026-03-02T03:02:11.000Z",
  failures: 3,
  trouble: { atOnce: false, words: "It said: <!channel> https://evil.example" },
  pauseMs: 30_000,
  retryAt: "2026-03-02T03:02:41.000Z",
  endedAt: "2026-03-02T03:20:11.000Z",
  said: "nothing",
  sayingUntil: null,
};

test("degraded: how often, since when, what it said as plain words, what goes on", () => {
  const { text } = renderDegraded(outage, "llm.internal:8080");
  expect(text).toContain("It has failed 3 times since 2026-03-02 03:02 UTC: It said: &lt;!channel&gt;");
  expect(text).toContain("First looks go on. The model is tried again from 30 s on");
  expect(text).toContain("model at llm.internal:8080");
});

test("degraded at once: no count", () => {
  expect(renderDegraded({ ...outage, trouble: { atOnce: true, words: "No key." } }, "h").text).toContain(
    "It cannot be used since 2026-03-02 03:02 UTC: No key.",
  );
});

test("recovered: when, and after how long", () => {
  expect(renderRecovered(outage, "h").text).toContain("works again since 2026-03-02 03:20 UTC, after 18 min");
});
