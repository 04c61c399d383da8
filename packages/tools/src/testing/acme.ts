import { createBackends } from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import { startSandbox } from "@oncall/sandbox";
import type { ToolDeps } from "../define-tool.ts";
import { createRegistry } from "../registry.ts";
import type { Registry } from "../registry-types.ts";
import { catalogOf, entryFrom } from "./catalog.ts";
import { memoryEvidence } from "./evidence.ts";

export interface Acme {
  readonly registry: Registry;
  readonly evidence: ReturnType<typeof memoryEvidence>;
  readonly deps: ToolDeps;
  readonly catalog: Catalog;
  /** When the scenario's trouble began. */
  readonly onset: Date;
  close(): Promise<void>;
}

/** The tools over the real clients against a running Acme, whose services the catalog holds. */
export async function startAcme(scenario: string): Promise<Acme> {
  const sandbox = await startSandbox({ scenario, slackSigningSecret: "s", githubWebhookSecret: "g" });
  const env = sandbox.environment();
  const required = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`the sandbox gives no ${name}`);
    return value;
  };
  const { backends, close } = createBackends({
    prometheus: { url: required("PROMETHEUS_URL") },
    opensearch: { url: required("OPENSEARCH_URL") },
    kubernetes: {
      apiUrl: required("KUBERNETES_API_URL"),
      token: required("KUBERNETES_TOKEN"),
      cluster: required("KUBERNETES_CLUSTER"),
      kubeconfig: required("KUBECONFIG"),
    },
    argocd: { url: required("ARGOCD_URL"), token: required("ARGOCD_TOKEN") },
    github: { apiUrl: required("GITHUB_API_URL"), token: required("GITHUB_TOKEN") },
    awsHealth: {
      endpoint: required("AWS_ENDPOINT_URL_HEALTH"),
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
    },
    handlerUrlAllow: required("HANDLER_URL_ALLOW").split(","),
  });
  const entries = [...sandbox.world.repositories.values()].flatMap((repository) => {
    const yaml = repository.head().tree["service.yaml"];
    return yaml === undefined ? [] : [entryFrom(yaml, repository.fullName)];
  });
  const catalog = catalogOf(entries);
  const evidence = memoryEvidence();
  const deps: ToolDeps = { ...backends, catalog };
  return {
    registry: createRegistry({ deps, evidence, now: () => new Date() }),
    evidence,
    deps,
    catalog,
    onset: new Date(sandbox.world.timeline.onsetMs),
    async close() {
      await close();
      await sandbox.close();
    },
  };
}
