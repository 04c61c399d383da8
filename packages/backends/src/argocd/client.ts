import { AppError, checker } from "@oncall/core";
import { type Static, type TSchema, Type } from "typebox";
import { baseUrl, bearerAuth, fit, type Http, type HttpRequest, parseJson, readText } from "../http/index.ts";
import type { ArgoCdApplication, ArgoCdBackend, ArgoCdSync } from "./types.ts";

export interface ArgoCdOptions {
  readonly url: string;
  /** Of an account or project role that may `get` applications. */
  readonly token: string;
  readonly http: Http;
}

const orNull = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));
const text = orNull(Type.String());
const source = Type.Object({ repoURL: text, path: text, chart: text });
const syncShape = Type.Object({
  id: Type.Optional(Type.Integer()),
  revision: text,
  revisions: orNull(Type.Array(Type.String())),
  deployedAt: Type.String(),
  source: orNull(source),
  sources: orNull(Type.Array(source)),
  initiatedBy: orNull(Type.Object({ username: text, automated: orNull(Type.Boolean()) })),
});
const statusShape = Type.Object({
  sync: orNull(Type.Object({ status: text })),
  health: orNull(Type.Object({ status: text })),
  history: orNull(Type.Array(syncShape)),
  operationState: orNull(Type.Object({ phase: Type.String(), message: text, startedAt: text })),
});
const application = checker(
  Type.Object({ metadata: Type.Object({ name: Type.String() }), status: orNull(statusShape) }),
);

const MAX_HISTORY = 50;
const CACHE_MS = 5_000;

/**
 * Argo CD's API: https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/. It answers 403 for an
 * application that does not exist as for one that we may not see, so that names cannot be guessed: both are null.
 */
export function createArgoCd(options: ArgoCdOptions): ArgoCdBackend {
  const base = baseUrl("Argo CD", options.url);

  return {
    async application(name, signal) {
      const request: HttpRequest = {
        system: "Argo CD",
        credential: "ARGOCD_TOKEN",
        url: base.at(`api/v1/applications/${appName(name)}`),
        headers: bearerAuth(options.token),
        cacheMs: CACHE_MS,
        signal,
      };
      const response = await options.http.request(request);
      if (response.status === 404 || response.status === 403) return null;
      const { metadata, status } = fit(request, parseJson(request, readText(request, response)), application);
      return applicationOf(metadata.name, status ?? {});
    },

    link: (name) => base.at(`applications/${appName(name)}`).href,
  };
}

function applicationOf(name: string, status: Static<typeof statusShape>): ArgoCdApplication {
  const { sync, health, history, operationState } = status;
  return {
    name,
    sync: sync?.status || "Unknown",
    health: health?.status || "Unknown",
    history: (history ?? []).slice(-MAX_HISTORY).reverse().map(syncOf),
    operation: operationState
      ? {
          phase: operationState.phase,
          message: operationState.message || null,
          startedAt: operationState.startedAt ?? null,
        }
      : null,
  };
}

function syncOf(sync: Static<typeof syncShape>): ArgoCdSync {
  const from = sync.source ?? sync.sources?.[0];
  const by = sync.initiatedBy;
  return {
    id: sync.id ?? 0,
    revision: sync.revision || sync.revisions?.[0] || "unknown",
    deployedAt: sync.deployedAt,
    repoUrl: from?.repoURL ?? null,
    path: from?.path ?? from?.chart ?? null,
    initiatedBy: by?.username || (by?.automated === true ? "automated sync" : null),
  };
}

/** Applications are named as Kubernetes objects are. */
function appName(name: string): string {
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  throw new AppError(
    "invalid_input",
    `${JSON.stringify(name)} is not an Argo CD application's name; correct deployment.argocd_app in service.yaml.`,
  );
}
