import type { ServiceEntry } from "@oncall/catalog";

/** What the model is told of a service from the start; the rest is a call of get_service_catalog away. */
export function catalogContext(entry: ServiceEntry | null): object | string {
  if (entry === null) return "No service of the catalog was found for this.";
  const { name, team, description, language, deployment, dependencies } = entry;
  const { kubernetes, environment } = deployment;
  return {
    name,
    team,
    description,
    language,
    environment,
    kubernetes,
    repository: entry.repository,
    dependencies: dependencies.map(
      ({ name: on, type, critical }) => `${on} (${type}${critical ? " critical" : ""})`,
    ),
    resources: entry.resources.map(({ pattern, type }) => `${pattern} is a ${type}`),
  };
}
