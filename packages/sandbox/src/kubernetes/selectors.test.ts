import { expect, test } from "vitest";
import { fieldSelector, labelSelector } from "./selectors.ts";

const labels = { app: "cart", tier: "web" };

test.each([
  ["app=cart", true],
  ["app==cart,tier=web", true],
  ["app!=cart", false],
  ["app in (cart, shop),tier", true],
  ["app notin (cart)", false],
  ["zone notin (a)", true],
  ["!zone", true],
  ["zone", false],
  ["", true],
])("label selector %s", (selector, expected) => {
  expect(labelSelector(selector)(labels)).toBe(expected);
});

test.each(["app=(", "=x", "a in b"])("label selector %s is refused", (selector) => {
  expect(() => labelSelector(selector)).toThrow(/unable to parse requirement/);
});

test("field selectors compare only supported fields", () => {
  const pod = { metadata: { name: "a" }, status: { phase: "Running" } };
  expect(fieldSelector("status.phase!=Failed,metadata.name=a", ["metadata.name", "status.phase"])(pod)).toBe(
    true,
  );
  expect(() => fieldSelector("spec.color=red", ["metadata.name"])).toThrow(
    "field label not supported: spec.color",
  );
});
