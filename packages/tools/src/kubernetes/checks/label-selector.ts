import { carries } from "./cluster.ts";
import { list, strings, text } from "./raw.ts";

type Labels = ReadonlyMap<string, string>;

/** Whether a label selector (`matchLabels` and `matchExpressions`; empty: everything) takes these labels. */
export function selects(selector: unknown, labels: Labels): boolean {
  return (
    carries(labels, strings(selector, "matchLabels")) &&
    list(selector, "matchExpressions").every((expression) => holds(expression, labels))
  );
}

function holds(expression: unknown, labels: Labels): boolean {
  const value = labels.get(text(expression, "key"));
  const isListed = value !== undefined && list(expression, "values").includes(value);
  switch (text(expression, "operator")) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
