export interface StatusFields {
  readonly status: string | null;
  readonly error: string | null;
  readonly namespace: string | null;
  readonly cluster: string | null;
}

/** The fields that are understood (SPEC §4.3), at the top or one level down under `data` or `resource`. */
export function statusFields(body: unknown): StatusFields {
  const places = [body, property(body, "data"), property(body, "resource")];
  const field = (name: string): string | null => {
    for (const place of places) {
      const found = asText(property(place, name));
      if (found !== null) return found;
    }
    return null;
  };
  return {
    status: field("status"),
    error: field("error"),
    namespace: field("namespace"),
    cluster: field("cluster"),
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Teams write a text, a number, or an object with a message. */
function asText(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object" || value === null) return null;
  return (
    asText(property(value, "message")) ?? asText(property(value, "code")) ?? asText(property(value, "name"))
  );
}
