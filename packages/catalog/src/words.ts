import type { Naming, ServiceEntry } from "./types.ts";

/** Every name by which an alert may mean this service, and what the name is to it. */
export function namesOf({
  name,
  aliases,
  deployment,
  observability,
  dependencies,
}: ServiceEntry): Pick<Naming, "name" | "as" | "dependency">[] {
  const { kubernetes, argocdApp } = deployment;
  const { prometheusJob, grafanaUid } = observability;
  const known: [Naming["as"], string | undefined][] = [
    ["name", name],
    ...aliases.map((alias): [Naming["as"], string] => ["alias", alias]),
    ["workload", kubernetes?.workload],
    ["prometheus_job", prometheusJob],
    ["grafana_dashboard", grafanaUid],
    ["argocd_app", argocdApp],
    ["namespace", kubernetes?.namespace],
  ];
  return [
    ...known.flatMap(([as, value]) => (value === undefined ? [] : [{ as, name: value }])),
    ...dependencies.map((dependency) => ({ as: "dependency" as const, name: dependency.name, dependency })),
  ];
}
