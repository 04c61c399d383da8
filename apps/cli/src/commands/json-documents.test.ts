import { expect, test } from "vitest";
import { jsonDocuments } from "./json-documents.ts";

test.each<[string, string, readonly unknown[] | null]>([
  ["one", '{"a": 1}', [{ a: 1 }]],
  ["several, on lines of their own", '{\n "a": 1\n}\n{\n "b": [2]\n}\n', [{ a: 1 }, { b: [2] }]],
  ["several without anything between", '{"a":1}[2]{"b":3}', [{ a: 1 }, [2], { b: 3 }]],
  ["several with commas", '{"a":1},\n{"b":2},', [{ a: 1 }, { b: 2 }]],
  ["brackets and quotes in texts", '{"a":"}{\\"]"}{"b":"\\\\"}', [{ a: '}{"]' }, { b: "\\" }]],
  ["none", "  ", []],
  ["one that is cut off", '{"a":1}{"b":', null],
  ["one that is no JSON", '{"a":1}{b:2}', null],
  ["other words between", '{"a":1} and {"b":2}', null],
])("%s", (_, content, values) => {
  expect(jsonDocuments(content)).toEqual(values);
});
