/** What stands at a JSON pointer (RFC 6901), or why nothing does, in words that help to mend the pointer. */
export type Resolved =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly reason: string };

const MAX_NAMED_KEYS = 20;

export function resolvePointer(document: unknown, pointer: string): Resolved {
  if (pointer === "") return { found: true, value: document };
  if (!pointer.startsWith("/")) return miss(`a pointer begins with "/", "${pointer}" does not`);

  let value = document;
  let walked = "";
  for (const escaped of pointer.slice(1).split("/")) {
    const token = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    const place = walked === "" ? "the top" : walked;
    if (Array.isArray(value)) {
      const index = /^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
      if (index < 0 || index >= value.length)
        return miss(`${place} is a list of ${value.length}, it has no item "${token}"`);
      value = value[index];
    } else if (isObject(value)) {
      if (!Object.hasOwn(value, token)) return miss(`${place} has no "${token}"; it has ${keysOf(value)}`);
      value = value[token];
    } else {
      return miss(`${place} is a plain value, nothing lies below it`);
    }
    walked += `/${escaped}`;
  }
  return { found: true, value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function keysOf(value: object): string {
  const keys = Object.keys(value);
  const more = keys.length > MAX_NAMED_KEYS ? ` and ${keys.length - MAX_NAMED_KEYS} more` : "";
  return keys.length === 0 ? "nothing" : keys.slice(0, MAX_NAMED_KEYS).join(", ") + more;
}

function miss(reason: string): Resolved {
  return { found: false, reason };
}
