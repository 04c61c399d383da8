import { expect, test } from "vitest";
import { statusFields } from "./status-fields.ts";

const nothing = { status: null, error: null, namespace: null, cluster: null };

test.each([
  ["at the top", { status: "PENDING", error: "late" }, { ...nothing, status: "PENDING", error: "late" }],
  ["under data", { data: { status: "OK", cluster: "eu" } }, { ...nothing, status: "OK", cluster: "eu" }],
  [
    "the top goes first",
    { status: "A", resource: { status: "B", namespace: "n" } },
    { ...nothing, status: "A", namespace: "n" },
  ],
  ["an error object", { error: { code: 7, message: "no money" } }, { ...nothing, error: "no money" }],
  ["empty and null", { status: "", error: null }, nothing],
  ["a list", [1, 2], nothing],
  ["a text", "fine", nothing],
  ["inherited names are no fields", Object.create({ status: "ghost" }), nothing],
])("%s", (_, body, expected) => {
  expect(statusFields(body)).toEqual(expected);
});
