import { AppError, checker } from "@oncall/core";
import { Type } from "typebox";
import { baseUrl, basicAuth, bearerAuth, type Http } from "../http/index.ts";
import type { AlertmanagerBackend } from "./types.ts";

export interface AlertmanagerOptions {
  /** A path prefix (Mimir's `/alertmanager`) stays. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly http: Http;
}

const texts = Type.Record(Type.String(), Type.String());
const alertList = checker(
  Type.Array(
    Type.Object({
      fingerprint: Type.String(),
      labels: texts,
      annotations: Type.Optional(texts),
      startsAt: Type.String(),
      endsAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      status: Type.Object({
        state: Type.Union([Type.Literal("active"), Type.Literal("suppressed"), Type.Literal("unprocessed")]),
        silencedBy: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
      }),
      generatorURL: Type.Optional(Type.String()),
    }),
  ),
);

const MAX_ALERTS = 1_000;
const CACHE_MS = 5_000;

/** Alertmanager 0.16 and newer by its API v2: https://prometheus.io/docs/alerting/latest/management_api/. */
export function createAlertmanager(options: AlertmanagerOptions): AlertmanagerBackend {
  const base = baseUrl("Alertmanager", options.url);
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    ...(options.token === undefined ? {} : bearerAuth(options.token)),
  };

  return {
    async alerts(labels, signal) {
      const url = base.at("api/v2/alerts");
      for (const [name, value] of Object.entries(labels))
        url.searchParams.append("filter", matcher(name, value));
      const found = await options.http.requestJson(
        {
          system: "Alertmanager",
          credential: "the Alertmanager token or password",
          url,
          headers,
          cacheMs: CACHE_MS,
          signal,
        },
        alertList,
      );
      return found.slice(0, MAX_ALERTS).map(({ status, annotations, endsAt, generatorURL, ...alert }) => ({
        fingerprint: alert.fingerprint,
        labels: alert.labels,
        annotations: annotations ?? {},
        startsAt: alert.startsAt,
        endsAt: endsAt ?? null,
        state: status.state,
        silencedBy: status.silencedBy ?? [],
        generatorUrl: generatorURL || null,
      }));
    },
  };
}

/** Its matchers know three escapes only, so JSON's will not do. */
function matcher(name: string, value: string): string {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(name)} is not a label name: letters, digits and _ only.`,
    );
  }
  const quoted = value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
  return `${name}="${quoted}"`;
}
