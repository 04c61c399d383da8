import { expect, test } from "vitest";
import { parsePromql } from "./parse.ts";

/** What Prometheus 2.42.0 says of each. */
test.each([
  ["", "1:1: parse error: no expression found in input"],
  ["sum(", "1:5: parse error: unclosed left parenthesis"],
  ["up[5m", "1:6: parse error: unclosed left bracket"],
  ['foo{a="b"', "1:10: parse error: unexpected end of input inside braces"],
  ['"open', "1:1: parse error: unterminated quoted string"],
  ["up)", "1:4: parse error: unexpected right parenthesis ')'"],
  ["sum(up)\n  foo", '2:3: parse error: unexpected identifier "foo"'],
  ["1 +", "1:4: parse error: unexpected end of input"],
  ["sum(nosuch(up))", '1:5: parse error: unknown function with name "nosuch"'],
  ["limitk(2, up)", '1:1: parse error: unknown function with name "limitk"'],
  ["rate(up)", '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
  ["clamp(up, 1)", '1:1: parse error: expected 3 argument(s) in call to "clamp", got 2'],
  [
    "sum(up[5m])",
    "1:5: parse error: expected type instant vector in aggregation expression, got range vector",
  ],
  ["1 == 2", "1:3: parse error: comparisons between scalars must use BOOL modifier"],
  ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
  ["sum(up)[5m]", "1:8: parse error: ranges only allowed for vector selectors"],
  ["up[5]", "1:4: parse error: missing unit character in duration"],
  ["5m", '1:1: parse error: unexpected duration "5m"'],
])("refuses %j", (query, message) => {
  expect(() => parsePromql(query)).toThrow(expect.objectContaining({ errorType: "bad_data", message }));
});

test.each([
  ["up[5m+1m]"],
  ["up[5m] smoothed"],
  ['{"up"}'],
  ["min_of(1, 2)"],
  ["first_over_time(up[5m])"],
  ["1_000"],
])("refuses what only later versions understand: %s", (query) => {
  expect(() => parsePromql(query)).toThrow(expect.objectContaining({ errorType: "bad_data" }));
});

/** The grammar by itself gives all that stands before an `offset` or a range to it. */
test.each([
  ["1 - a offset 5m / b", "(1 - (a<300000> / b))"],
  ["(1 - a offset 5m) / b", "((1 - a<300000>) / b)"],
  ["-a offset 5m ^ 2", "-(a<300000> ^ 2)"],
  ["a - b @ 7 offset 1m and c", "((a - b<60000>) and c)"],
  ["a ^ b offset 1s ^ c", "(a ^ (b<1000> ^ c))"],
  ["a - b offset 1s - c", "((a - b<1000>) - c)"],
])("binds %s as %s", (query, expected) => {
  expect(print(parsePromql(query))).toBe(expected);
});

function print(expr: ReturnType<typeof parsePromql>): string {
  switch (expr.kind) {
    case "binary":
      return `(${print(expr.lhs)} ${expr.op} ${print(expr.rhs)})`;
    case "unary":
      return `${expr.op}${print(expr.expr)}`;
    case "number":
      return String(expr.value);
    case "selector":
      return `${expr.matchers[0]?.value}${expr.shift.offsetMs ? `<${expr.shift.offsetMs}>` : ""}`;
    default:
      return expr.kind;
  }
}
