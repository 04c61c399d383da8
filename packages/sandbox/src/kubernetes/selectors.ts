import type { KubernetesObject } from "../world/cluster.ts";

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

export class SelectorError extends Error {}

/** A label selector (`a=b,c!=d,e in (f,g),h,!i`) as a condition; throws SelectorError on anything else. */
export function labelSelector(selector: string): Requirement {
  const requirements = splitTopLevel(selector).map(parseRequirement);
  return (labels) => requirements.every((requirement) => requirement(labels));
}

/** A field selector (`metadata.name=x,status.phase!=Running`) over an object's own fields. */
export function fieldSelector(
  selector: string,
  supported: readonly string[],
): (object: KubernetesObject) => boolean {
  const tests = selector
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const [, field = "", operator = "", value = ""] = /^([\w.]+)(==|!=|=)(.*)$/.exec(part) ?? [];
      if (field === "")
        throw new SelectorError(`invalid selector: '${selector}'; can't understand '${part}'`);
      if (!supported.includes(field)) throw new SelectorError(`field label not supported: ${field}`);
      return { field, negated: operator === "!=", value };
    });
  return (object) =>
    tests.every(({ field, negated, value }) => (String(fieldOf(object, field) ?? "") === value) !== negated);
}

function parseRequirement(text: string): Requirement {
  const requirement = text.trim();
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(requirement);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return (labels) => {
      const value = labels[key];
      return operator === "in"
        ? value !== undefined && values.includes(value)
        : value === undefined || !values.includes(value);
    };
  }
  const equality = /^([\w./-]+)\s*(==|!=|=)\s*([\w.-]*)$/.exec(requirement);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  const existence = /^(!?)\s*([\w./-]+)$/.exec(requirement);
  if (existence) {
    const [, negated, key = ""] = existence;
    return (labels) => (labels[key] !== undefined) === (negated === "");
  }
  throw new SelectorError(`unable to parse requirement: found '${requirement}', expected: identifier`);
}

/** Splits at commas that are not inside parentheses. */
function splitTopLevel(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).filter((part) => part.trim() !== "");
}

/** The value at `path` (`status.phase`); undefined where there is none. */
export function fieldOf(object: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      object,
    );
}
