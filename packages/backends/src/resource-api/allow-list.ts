import { AppError } from "@oncall/core";

export interface AllowList {
  /** Throws denied when no entry permits the URL, invalid_input when it carries a user or password. */
  check(url: URL): void;
  /** Whether the origin stands in the list itself, and so may be plain http or loopback. */
  isExact(origin: string): boolean;
}

/**
 * HANDLER_URL_ALLOW: https host suffixes (`.internal.example`, any name below it) and exact origins
 * (`http://127.0.0.1:4000`). Throws not_configured for an entry that is neither.
 */
export function allowList(entries: readonly string[]): AllowList {
  const suffixes: string[] = [];
  const origins = new Set<string>();
  for (const entry of entries.map((each) => each.trim().toLowerCase())) {
    if (/^(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(entry) && !/\.\d+$/.test(entry)) suffixes.push(entry);
    else origins.add(originOf(entry));
  }
  return {
    isExact: (origin) => origins.has(origin),
    check(url) {
      if (url.username !== "" || url.password !== "")
        throw new AppError("invalid_input", `The URL on ${url.host} carries a user or password; remove it.`);
      if (origins.has(url.origin)) return;
      if (url.protocol === "https:" && suffixes.some((suffix) => url.hostname.endsWith(suffix))) return;
      throw new AppError(
        "denied",
        `${url.origin} is not allowed by HANDLER_URL_ALLOW; add its https host suffix or this exact origin there, or correct the URL in service.yaml.`,
      );
    },
  };
}

function originOf(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  const bare =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === "/" &&
    url.search + url.hash + url.username + url.password === "";
  if (bare) return url.origin;
  throw new AppError(
    "not_configured",
    `HANDLER_URL_ALLOW has an entry that is neither a host suffix (.internal.example) nor an origin (http://127.0.0.1:4000): ${JSON.stringify(entry)}.`,
  );
}
