import { type TSchema, Type } from "typebox";

/** One setting: an environment variable, and the same as `section: { key: … }` in config.yaml. */
export interface Variable<S extends TSchema = TSchema> {
  readonly section: string;
  readonly key: string;
  /** What it is, for the README and .env.example; may be Markdown. */
  readonly description: string;
  readonly schema: S;
  /** Completes "… is not …, such as …". */
  readonly expected: string;
  readonly default?: string;
  readonly secret: boolean;
}

interface Extra {
  readonly default?: string;
  readonly secret?: boolean;
}

type Place = `${string}.${string}`;

export function variable<S extends TSchema>(
  place: Place,
  description: string,
  schema: S,
  expected: string,
  extra: Extra = {},
): Variable<S> {
  const [section = "", key = ""] = place.split(".");
  return { section, key, description, schema, expected, secret: false, ...extra };
}

const oneLine = Type.String({ minLength: 1, pattern: "^[^\\u0000-\\u001f]*$" });
export const text = (place: Place, description: string, extra?: Extra) =>
  variable(place, description, oneLine, "a text in one line", extra);
export const secret = (place: Place, description: string) =>
  variable(place, description, oneLine, "a text in one line", { secret: true });

export const url = (place: Place, description: string, extra?: Extra) =>
  variable(
    place,
    description,
    Type.String({ pattern: "^https?://[^\\s/?#@]+(?:/[^\\s?#]*)?$" }),
    "an http(s) URL without credentials, such as https://prometheus.example:9090",
    extra,
  );

export const storeUrl = (place: Place, description: string, scheme: string, example: string) =>
  variable(
    place,
    description,
    Type.String({ pattern: `^(?:${scheme})://\\S+$` }),
    `a URL such as ${example}`,
    {
      secret: true,
    },
  );

export const integer = (
  place: Place,
  description: string,
  minimum: number,
  maximum: number,
  preset: number,
) =>
  variable(
    place,
    description,
    Type.Integer({ minimum, maximum }),
    `a whole number from ${minimum} to ${maximum}`,
    { default: String(preset) },
  );

export const dollars = (place: Place, description: string, preset: number) =>
  variable(place, description, Type.Number({ minimum: 0, maximum: 1_000_000 }), "an amount such as 2.50", {
    default: String(preset),
  });
