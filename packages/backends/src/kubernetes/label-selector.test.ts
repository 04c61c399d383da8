import { expect, test } from "vitest";
import { labelSelectorText } from "./label-selector.ts";

test.each([
  [
    { matchLabels: { app: "order", "app.kubernetes.io/part-of": "shop" } },
    "app=order,app.kubernetes.io/part-of=shop",
  ],
  [
    {
      matchLabels: { app: "order" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["a", "b"] },
        { key: "env", operator: "NotIn", values: ["dev"] },
        { key: "blue", operator: "Exists" },
        { key: "green", operator: "DoesNotExist" },
      ],
    },
    "app=order,tier in (a,b),env notin (dev),blue,!green",
  ],
])("%j", (selector, text) => {
  expect(labelSelectorText(selector)).toBe(text);
});

test.each([
  [{}, /empty selector/],
  [undefined, /empty selector/],
  [{ matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] }, /unknown operator, Gt/],
  [{ matchLabels: { app: 1 } }, /selector of the workload: \/matchLabels\/app must be string/],
])("%j is refused", (selector, says) => {
  expect(() => labelSelectorText(selector)).toThrow(says);
});
