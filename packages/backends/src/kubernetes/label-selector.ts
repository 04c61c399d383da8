import { AppError, checker } from "@oncall/core";
import { labelSelector } from "./schemas.ts";

const selector = checker(labelSelector);

/**
 * The selector of a workload in the query's notation (`app=shop,tier in (a,b)`).
 * Throws invalid_input for an empty one, which would select every pod of the namespace.
 */
export function labelSelectorText(value: unknown): string {
  const { matchLabels = {}, matchExpressions = [] } = selector.parse(value ?? {}, "selector of the workload");
  const terms = [
    ...Object.entries(matchLabels).map(([key, label]) => `${checkedKey(key)}=${checkedValue(label)}`),
    ...matchExpressions.map(({ key, operator, values = [] }) =>
      expression(checkedKey(key), operator, values.map(checkedValue)),
    ),
  ];
  if (terms.length === 0)
    throw new AppError("invalid_input", "The workload has an empty selector, so its pods cannot be told.");
  return terms.join(",");
}

function expression(key: string, operator: string, values: readonly string[]): string {
  switch (operator) {
    case "In":
      return `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      throw new AppError("invalid_input", `The workload's selector uses an unknown operator, ${operator}.`);
  }
}

/** The API server lets nothing else in; what came from elsewhere must not widen the selection. */
function checkedKey(key: string): string {
  return checked(
    key,
    /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  );
}

function checkedValue(value: string): string {
  return checked(value, /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);
}

function checked(text: string, form: RegExp): string {
  if (form.test(text)) return text;
  throw new AppError(
    "invalid_input",
    `The workload's selector holds ${JSON.stringify(text)}, which is no label.`,
  );
}
