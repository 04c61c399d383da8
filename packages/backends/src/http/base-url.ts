import { AppError } from "@oncall/core";

export interface BaseUrl {
  /** The URL of `path` below the base, whose own path prefix stays. */
  at(path: string, query?: Readonly<Record<string, string | undefined>>): URL;
  /** Authorization from `user:password@` in the configured URL, else nothing. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A system's configured base URL. Throws not_configured when it is no http(s) URL. */
export function baseUrl(system: string, text: string): BaseUrl {
  const base = URL.canParse(text) ? new URL(text) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw new AppError("not_configured", `The URL of ${system} is not an http(s) URL; correct its setting.`);
  }
  const prefix = base.origin + base.pathname.replace(/\/+$/, "");
  return {
    headers:
      base.username === ""
        ? {}
        : basicAuth(decodeURIComponent(base.username), decodeURIComponent(base.password)),
    at(path, query = {}) {
      const url = new URL(`${prefix}/${path}`);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      return url;
    },
  };
}

export function basicAuth(username: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

export function bearerAuth(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
