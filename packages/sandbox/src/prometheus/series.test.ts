import { expect, test } from "vitest";
import { compileMatcher } from "./matchers.ts";
import { indexSeries, type Labels, type Matcher } from "./series.ts";

const LABELS: Labels[] = [
  { __name__: "up", job: "b" },
  { __name__: "up", job: "a", zone: "" },
  { __name__: "down", job: "a.b" },
];
const index = indexSeries({
  scrapeIntervalMs: 15_000,
  series: () => LABELS.map((labels) => ({ labels, at: () => 1 })),
});

test.each([
  ["by exact name, in label order", [["__name__", "=", "up"]], ["up a", "up b"]],
  ["by a pattern that is anchored", [["job", "=~", "a"]], ["up a"]],
  ["by what does not match", [["job", "!~", "a.*"]], ["up b"]],
  [
    "an empty label counts as absent",
    [
      ["zone", "=", ""],
      ["__name__", "=", "up"],
    ],
    ["up a", "up b"],
  ],
  ["nothing", [["__name__", "=", "sideways"]], []],
])("selects %s", (_, matchers, expected) => {
  const compiled = matchers.map(([label = "", op = "", value = ""]) => compileMatcher(label, op, value));
  const selected = index.select(
    compiled.filter((matcher): matcher is Matcher => typeof matcher !== "string"),
  );
  expect(selected.map(({ labels }) => Object.values(labels).join(" "))).toEqual(expected);
});

test("an invalid pattern is explained", () => {
  expect(compileMatcher("job", "=~", "(")).toContain("error parsing regexp");
});
