import { AppError } from "@oncall/core";
import type { DepName } from "./define-tool.ts";

const settings: Readonly<Record<Exclude<DepName, "catalog">, { system: string; variables: string }>> = {
  metrics: { system: "Prometheus", variables: "PROMETHEUS_URL" },
  logs: { system: "A log store", variables: "OPENSEARCH_URL or LOKI_URL" },
  kubernetes: { system: "Kubernetes", variables: "KUBECONFIG, or KUBERNETES_API_URL and KUBERNETES_TOKEN" },
  github: { system: "GitHub", variables: "GITHUB_TOKEN" },
  argocd: { system: "Argo CD", variables: "ARGOCD_URL and ARGOCD_TOKEN" },
  alertmanager: { system: "Alertmanager", variables: "ALERTMANAGER_URL" },
  incidents: { system: "The store of incidents", variables: "DATABASE_URL" },
  awsHealth: { system: "AWS Health", variables: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" },
  resources: { system: "The teams' own APIs", variables: "HANDLER_URL_ALLOW" },
};

/** `GitHub is not configured: set GITHUB_TOKEN`, without a full stop. */
export function notConfigured(dep: DepName): string {
  if (dep === "catalog") return "The catalog is not configured: set DATABASE_URL";
  const { system, variables } = settings[dep];
  return `${system} ${dep === "resources" ? "are" : "is"} not configured: set ${variables}`;
}

/** The error for tools that cannot do without any of these. */
export function notConfiguredError(deps: readonly DepName[]): AppError {
  return new AppError("not_configured", `${deps.map(notConfigured).join("; ")}.`);
}
