import { inspect } from "node:util";

const SHOWN = "[redacted]";

/** A value that prints as `[redacted]` wherever it ends up by accident: logs, JSON, templates, inspect. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** A slice of the configuration with its secrets opened: for the one place that builds a client of it. */
export type Revealed<T> = T extends Secret
  ? string
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [K in keyof T]: Revealed<T[K]> }
      : T;

export function reveal<T>(value: T): Revealed<T> {
  if (value instanceof Secret) return value.reveal() as Revealed<T>;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value as Revealed<T>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)])) as Revealed<T>;
}
