import { expect, test } from "vitest";
import { parseDurationMs } from "./duration.ts";
import { formatPlain, formatValue, parseNumber, unquote } from "./literals.ts";

test.each([
  [Number.NaN, "NaN", "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf", "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf", "-Inf"],
  [-0, "-0", "-0"],
  [0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"],
  [1.5e-9, "1.5e-09", "0.0000000015"],
  [-1e-7, "-1e-07", "-0.0000001"],
  [0.000001, "0.000001", "0.000001"],
  [123456789012345680000, "123456789012345680000", "123456789012345680000"],
  [1.25e22, "1.25e+22", "12500000000000000000000"],
])("%d is written %s, or %s without an exponent", (value, expected, plain) => {
  expect(formatValue(value)).toBe(expected);
  expect(formatPlain(value)).toBe(plain);
});

test.each([
  ["12", 12],
  ["0x1F", 31],
  [".5e1", 5],
  ["-Inf", Number.NEGATIVE_INFINITY],
  ["nAn", Number.NaN],
  ["5m", undefined],
  ["1_000", undefined],
])("number %s", (text, expected) => {
  expect(parseNumber(text)).toBe(expected);
});

test.each([
  ["1h30m", 5_400_000],
  ["1d2ms", 86_400_002],
  ["2w", 1_209_600_000],
  ["30m1h", undefined],
  ["1.5h", undefined],
  ["5", undefined],
  ["", undefined],
])("duration %j", (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});

test.each([
  ['"a\\x41\\u00e9\\n\'"', "aA\u00e9\n'"],
  ["'it\\'s'", "it's"],
  ["`raw\\n`", "raw\\n"],
  ['"\\101"', "A"],
  ['"\\q"', undefined],
  ['"open', undefined],
])("string %s", (literal, expected) => {
  expect(unquote(literal)).toBe(expected);
});
