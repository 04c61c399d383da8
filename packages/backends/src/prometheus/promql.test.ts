import { expect, test } from "vitest";
import { escapeRegex, quoteLabel, selector } from "./promql.ts";

test.each([
  ["plain", '"plain"'],
  ['a"} or vector(1) #', '"a\\"} or vector(1) #"'],
  ["back\\slash\\", '"back\\\\slash\\\\"'],
  ["new\nline\ttab\0", '"new\\nline\\ttab\\u0000"'],
  ["täst `", '"täst `"'],
])("%j is quoted", (value, quoted) => {
  expect(quoteLabel(value)).toBe(quoted);
});

test.each([
  [{}, "up"],
  [{ job: "a", namespace: undefined }, 'up{job="a"}'],
  [
    { job: { not: "a" }, status: { matches: "5.." }, path: { notMatches: "/health.*" } },
    'up{job!="a",status=~"5..",path!~"/health.*"}',
  ],
  [{ pod: { matches: `${escapeRegex("a.b+c")}-.*` } }, 'up{pod=~"a\\\\.b\\\\+c-.*"}'],
])("%j", (labels, text) => {
  expect(selector("up", labels)).toBe(text);
});

test.each([
  ["up{}", {}],
  ["1up", {}],
  ["up", { 'a="b",c': "d" }],
  ["up", { "": "d" }],
])("%j with %j is refused", (name, labels) => {
  expect(() => selector(name, labels)).toThrow(/is not a Prometheus (metric|label) name/);
});
