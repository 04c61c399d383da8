import type Anthropic from "@anthropic-ai/sdk";

type Schema = Anthropic.Tool["input_schema"];

/** What only refuses: the tools check their input and say what does not fit. */
const REFUSING = new Set([
  "additionalProperties",
  // Of times: what they look like is said once, where the field is described.
  "format",
  "maxItems",
  "maxLength",
  "maximum",
  "minItems",
  "minLength",
  "minimum",
  "pattern",
]);

/**
 * Input schemas as the model is told them, with every call: without what only refuses, and without saying again what
 * a field of the same name was said to be in an earlier tool. `said` gathers that over the tools of one block.
 */
export function leanSchema(schema: object, said: Set<string>): Schema {
  return lean(schema, "", said) as Schema;
}

function lean(value: unknown, name: string, said: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => lean(item, "", said));
  if (typeof value !== "object" || value === null) return value;
  const { anyOf, description, properties, ...rest } = value as Record<string, unknown>;
  return {
    ...Object.fromEntries(
      Object.entries(rest)
        .filter(([key]) => !REFUSING.has(key))
        .map(([key, item]) => [key, lean(item, "", said)]),
    ),
    ...(anyOf === undefined ? {} : eitherOf(anyOf as object[], said)),
    ...(typeof description === "string" && isNews(name, description, said) ? { description } : {}),
    ...(properties === undefined ? {} : { properties: leanProperties(properties, said) }),
  };
}

function leanProperties(properties: unknown, said: Set<string>): object {
  return Object.fromEntries(
    Object.entries(properties as object).map(([name, schema]) => [name, lean(schema, name, said)]),
  );
}

/** One of several schemas: constants as an enumeration, plain types as a list of them. */
function eitherOf(options: readonly object[], said: Set<string>): object {
  if (options.every((option) => "const" in option)) return { enum: options.map((option) => option.const) };
  const plain = options.map((option) => lean(option, "", said) as Record<string, unknown>);
  if (plain.every((option) => Object.keys(option).join() === "type"))
    return { type: plain.map(({ type }) => type) };
  return { anyOf: plain };
}

function isNews(name: string, description: string, said: Set<string>): boolean {
  if (description.toLowerCase() === name) return false;
  const sentence = `${name}: ${description}`;
  if (name !== "" && said.has(sentence)) return false;
  said.add(sentence);
  return true;
}
