import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formatsModule from "ajv-formats";
import type { Static, TSchema } from "typebox";
import { AppError } from "./errors.ts";

// ajv-formats is CommonJS whose default export sits one level down under Node's ESM.
const addFormats = formatsModule.default;

/**
 * One ajv for every schema. No coercion and no removal of unknown keys: what REST accepts, MCP and the
 * model must be held to as well.
 */
const ajv = addFormats(
  new Ajv2020({
    allErrors: true,
    strict: false,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
  }),
);

export interface Checker<T> {
  /** The value, typed; throws invalid_input with every problem, each with its path. */
  parse(value: unknown, what: string): T;
  /** The problems alone, empty when the value fits. */
  problems(value: unknown): string[];
}

/** A checker compiled once from a TypeBox (JSON Schema) type. */
export function checker<S extends TSchema>(schema: S): Checker<Static<S>> {
  const validate = ajv.compile<Static<S>>(schema);
  const problems = (value: unknown): string[] => (validate(value) ? [] : describe(validate.errors ?? []));
  return {
    problems,
    parse(value, what) {
      if (validate(value)) return value;
      throw new AppError("invalid_input", `${what}: ${describe(validate.errors ?? []).join("; ")}.`);
    },
  };
}

function describe(errors: readonly ErrorObject[]): string[] {
  return [
    ...new Set(
      errors.map((error) => `${error.instancePath === "" ? "input" : error.instancePath} ${sentence(error)}`),
    ),
  ];
}

function sentence(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  if (error.keyword === "additionalProperties")
    return `has an unknown key "${String(params.additionalProperty)}"`;
  if (error.keyword === "enum") return `must be one of ${JSON.stringify(params.allowedValues)}`;
  return error.message ?? "is not valid";
}
